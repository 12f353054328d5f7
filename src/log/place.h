#ifndef LOG_PLACE_H
#define LOG_PLACE_H

#include <stdint.h>

/*
 * Places in the log that others keep durably, each in an LMDB environment of
 * its own: consumers (src/each/state.h) and projections.
 */
enum place_kind { PLACE_EACH, PLACE_PROJECTION, PLACE_KINDS };

/* The folder of $WEIR_STATE in which each has a folder, and what it is. */
const char *place_folder(enum place_kind kind);
const char *place_name(enum place_kind kind);

/*
 * The place kept in DIR: the seq that it is through with, and how many dead
 * letters it has.  0, or -1 with errno.
 */
int place_read(
    enum place_kind kind, const char *dir, uint64_t *position, uint64_t *dead);

#endif
