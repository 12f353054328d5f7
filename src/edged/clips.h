#ifndef EDGED_CLIPS_H
#define EDGED_CLIPS_H

#include "clip_state.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Which clips there are, by id and by channel.  One thread puts them in, any
 * may look.  Each takes some 350 bytes and its title.
 */
struct clips;

struct clips *clips_open(void); /* NULL with errno */
void clips_close(struct clips *c);

/* S is there from now on.  0, or -1 with errno ENOMEM. */
int clips_put(struct clips *c, const struct clip_state *s);

/* The clip called ID is not there any more. */
void clips_remove(struct clips *c, const char *id);

/* The clip called ID, or false. */
bool clips_get(struct clips *c, const char *id, struct clip_state *out);

/*
 * Wait until the clip called ID is there, for WAIT_MS at most: whoever said
 * that it is knows before the log was read.  False: it did not come.
 */
bool clips_await(struct clips *c, const char *id, unsigned wait_ms);

/*
 * CHANNEL's clips, the newest first, from the one before BEFORE on (NULL or
 * not there: from the newest), CAP of them at most, into OUT; how many.
 */
size_t clips_list(struct clips *c, const char *channel, const char *before,
    size_t cap, struct clip_state *out);

#endif
