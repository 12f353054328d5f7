#ifndef EDGED_LIBRARY_H
#define EDGED_LIBRARY_H

#include "recording.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The recordings that are asked for, folded from the log when they are, by the
 * threads that want them, and kept as long as there is room: those that were
 * not asked for longest go first.  Whoever holds one keeps it.
 */
struct library;

/*
 * Keep as many as fit into MAX_BYTES, and one in any case.  Live playlists of
 * channels that say nothing else reach back WINDOW_US (0: to the start).  NULL
 * with errno.
 */
struct library *library_open(size_t max_bytes, uint64_t window_us);
void library_close(struct library *l);

/*
 * The log is in DIR; until this is said there is nothing.  0, or -1 with errno
 * as log_open().
 */
int library_attach(struct library *l, const char *dir);

/*
 * The recording of S, held for the caller: all of it, or AS_LIVE, where the
 * channel's window ended with the broadcast.  Of those who ask at once for one
 * that is not here, one folds it and the others wait for that.  One that is
 * live has what was in the log a quarter of a second ago, or later.  NULL with
 * errno: ENOENT (nothing of it is there), EAGAIN (the log is not), or the
 * system's.
 */
struct recording *library_get(
    struct library *l, const struct recording_state *s, bool as_live);

/* The JSON of S's recording, which is remembered longer; as above. */
struct blob *library_json(struct library *l, const struct recording_state *s);

/* What the log says of BROADCAST is not what it was: fold it anew. */
void library_forget(struct library *l, const char *broadcast);

/* Figures: recordings that were folded, and bytes that are kept. */
void library_count(struct library *l, uint64_t *folded, uint64_t *bytes);

#endif
