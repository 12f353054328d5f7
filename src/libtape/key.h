#ifndef TAPE_KEY_H
#define TAPE_KEY_H

#include "str.h"

#include <stdbool.h>

/*
 * The stream key in what an encoder sends over RTMP: the publishing name of
 * NetStream.publish (RTMP 1.0, 7.2.2.6), up to a '?'.  A message that short
 * lies in one chunk, so it is found without taking chunks apart.  False when
 * it is not in P, or not whole.
 */
bool key_find(struct str p, struct str *key);

/* Put WITH, again and again, over each WHAT in the N octets at P. */
void key_replace(char *p, size_t n, struct str what, struct str with);

/* How many octets at P's end may be the beginning of KEY. */
size_t key_tail(struct str p, struct str key);

#endif
