#ifndef AUTH_CLIPID_H
#define AUTH_CLIPID_H

#include "str.h"

/* The ids of clips: short, since they are in links, and nobody guesses one. */

enum { CLIPID_SIZE = 14 /* with its NUL */ };

/*
 * An id into DST: 64 bits of chance, or, with KEY not empty, of its hash, so
 * that the same key gives the same id.  0, or -1: there is no chance to be had.
 */
int clipid_make(char dst[CLIPID_SIZE], struct str key);

#endif
