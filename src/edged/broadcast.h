#ifndef EDGED_BROADCAST_H
#define EDGED_BROADCAST_H

#include "gallery.h"
#include "periods.h"
#include "track.h"

#include <stddef.h>

/*
 * One broadcast, folded from the events of broadcast/<id>: its tracks, and of
 * each the segments, all of them or as many as a live window holds.
 */

/* Segments of a track that are gone, as MediaRemoved says. */
struct removal {
	char track[NAME_SIZE];
	uint64_t first_msn, last_msn;
};

struct broadcast {
	char id[NAME_SIZE];
	uint64_t seq;     /* of the last event folded in: each counts once */
	uint64_t version; /* its number in the broadcast's subject */
	bool ended;       /* nothing will follow */
	/*
	 * Folded after the fact: what is gone is left out wherever it was, and
	 * told of before the segments are.  A live window begins behind it.
	 */
	bool recorded;
	struct removal *removal;
	size_t removals;
	bool dirty; /* as struct track's: parameters or a track's arrival */
	size_t tracks;
	size_t refused_tracks; /* beyond BROADCAST_MAX_TRACKS */
	struct track track[BROADCAST_MAX_TRACKS];
	struct gallery gallery;
	struct periods periods; /* the same segments, by track number */
};

/* An empty broadcast called ID.  NULL with errno ENOMEM. */
struct broadcast *broadcast_open(struct str id);
void broadcast_close(struct broadcast *b);

/*
 * B as it is now, to which more can be added; B is only looked at from here
 * on.  For what was folded as a recording.  NULL with errno ENOMEM.
 */
struct broadcast *broadcast_clone(const struct broadcast *b);

/*
 * Fold E in, keeping the segments that are needed for WINDOW_US of play (0:
 * all) and for three target durations (RFC 8216, 6.2.2).  An event seen before,
 * or of a type that says nothing here, changes nothing.  0, or -1 with errno
 * EBADMSG (it contradicts the contract, and is passed over) or ENOMEM.
 */
int broadcast_apply(
    struct broadcast *b, const struct event *e, uint64_t window_us);

/*
 * The window is another one.  A longer one fills as the broadcast goes on: what
 * players were told is gone does not come back.  0, or -1 with errno ENOMEM.
 */
int broadcast_slide(struct broadcast *b, uint64_t window_us);

/* The track called NAME, or NULL. */
const struct track *broadcast_track(const struct broadcast *b, struct str name);

/*
 * False while T is one of several pictures and there is nothing of it, though
 * there is of others: nobody should choose it.
 */
bool broadcast_offers(const struct broadcast *b, const struct track *t);

/* True while T's playlist offers parts, and what goes with them. */
bool track_low_latency(const struct broadcast *b, const struct track *t);

/*
 * True when what is there can be offered to a player: every track has a
 * segment, or one has so many that waiting for the others is over.
 */
bool broadcast_playable(const struct broadcast *b);

/* The encoder is away, or is not: a segment that grew will not go on soon. */
void broadcast_pause(struct broadcast *b, bool paused);

/* True when some track has a segment. */
bool broadcast_any(const struct broadcast *b);

/* Nothing will follow: the playlists are closed. */
void broadcast_end(struct broadcast *b);

/* What B takes of memory, in bytes. */
size_t broadcast_bytes(const struct broadcast *b);

#endif
