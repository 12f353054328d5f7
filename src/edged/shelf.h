#ifndef EDGED_SHELF_H
#define EDGED_SHELF_H

#include "blob.h"
#include "broadcast.h"
#include "gate.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What the threads that answer requests see: a channel as it was when the
 * follower last looked, rendered.  One thread puts views on the shelf, any
 * number take them.
 */

struct view_playlist {
	char track[NAME_SIZE];
	struct edition *edition;
	struct gate *gate; /* to its next edition */
};

/* Never changes once it is on the shelf. */
struct view {
	atomic_uint holders;
	char channel[NAME_SIZE];
	char broadcast[NAME_SIZE]; /* the current or last one, or "" */
	char title[256];           /* or "" */
	bool live;
	bool interrupted;  /* live, but the encoder is gone */
	bool thumb;        /* weir-thumb made a picture of the broadcast */
	uint64_t since_us; /* start of that broadcast, or 0 */
	struct blob *json; /* of /api/channels/<channel> */
	struct blob *multivariant; /* or NULL when there is nothing to play */
	struct blob *manifest;     /* DASH; or NULL, as well */
	size_t playlists; /* of a live one; what ended is in the library */
	struct view_playlist playlist[BROADCAST_MAX_TRACKS];
};

/* An empty view, held once.  NULL with errno ENOMEM. */
struct view *view_make(const char *channel);
struct view *view_hold(struct view *v);
void view_drop(struct view **v);

/* Is V live, with BROADCAST, or any when that is ""? */
bool view_plays(const struct view *v, const char *broadcast);

/* The playlist of TRACK, or NULL; borrowed from V. */
const struct view_playlist *view_track(const struct view *v, const char *track);

struct shelf;

struct shelf *shelf_open(void); /* NULL with errno */
void shelf_close(struct shelf *s);

/*
 * Put *V in place of the view of its channel, and take it over.  0, or -1
 * with errno ENOMEM and *V still the caller's.
 */
int shelf_put(struct shelf *s, struct view **v);

/* Take the view of CHANNEL off the shelf, if there is one. */
void shelf_remove(struct shelf *s, const char *channel);

/* The view of CHANNEL, held for the caller, or NULL. */
struct view *shelf_get(struct shelf *s, const char *channel);

/*
 * The gate to TRACK of BROADCAST, the present or last one of some channel,
 * held for the caller, or NULL.
 */
struct gate *shelf_gate(
    struct shelf *s, const char *broadcast, const char *track);

/*
 * The JSON of /api/channels: live ones first, then by latest broadcast,
 * then by name; held for the caller.  Made when asked for, once for each
 * change.  NULL with errno ENOMEM or EMSGSIZE.
 */
struct blob *shelf_list(struct shelf *s);

/* How many channels are there, and how many of them are live. */
void shelf_count(struct shelf *s, uint64_t *channels, uint64_t *live);

#endif
