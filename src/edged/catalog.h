#ifndef EDGED_CATALOG_H
#define EDGED_CATALOG_H

#include "recording_state.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Which recordings there are, by id and by channel, the live ones too.  One
 * thread puts them in, any may look.  Each takes some 250 bytes: their media
 * take a gigabyte or so.
 */
struct catalog;

struct catalog *catalog_open(void); /* NULL with errno */
void catalog_close(struct catalog *c);

/* R is as it says, from now on.  0, or -1 with errno ENOMEM. */
int catalog_put(struct catalog *c, const struct recording_state *r);

/* BROADCAST has none any more. */
void catalog_remove(struct catalog *c, const char *broadcast);

/* The recording of BROADCAST, or false. */
bool catalog_get(
    struct catalog *c, const char *broadcast, struct recording_state *out);

/*
 * CHANNEL's recordings, the newest first, from the one before BEFORE on
 * (NULL: from the newest), CAP of them at most, into OUT; how many.
 */
size_t catalog_list(struct catalog *c, const char *channel, const char *before,
    size_t cap, struct recording_state *out);

#endif
