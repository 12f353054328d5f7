#ifndef LOG_PLACE_H
#define LOG_PLACE_H

#include <stdint.h>

/*
 * The place of the consumer (weir-each) whose state lies in DIR: the seq that
 * it is through with, and how many dead letters it has.  0, or -1 with errno.
 */
int place_read(const char *dir, uint64_t *position, uint64_t *dead);

#endif
