#ifndef THUMB_RACK_H
#define THUMB_RACK_H

#include "str.h"
#include "track_state.h"

#include <limits.h>
#include <stdbool.h>

/* Where the pictures of a broadcast are kept: media/<broadcast>/thumb/. */
enum { RACK_NAME_SIZE = 32 };

/*
 * Put P under NAME, in the place of what is there; with SYNC it is on disk on
 * return.  A broadcast whose folder is gone gets none.  0, or -1 with errno.
 */
int rack_put(const char *media_dir, const char *broadcast, const char *name,
    struct str p, bool sync);

/* True when NAME is there. */
bool rack_has(const char *media_dir, const char *broadcast, const char *name);

#endif
