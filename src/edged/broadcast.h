#ifndef EDGED_BROADCAST_H
#define EDGED_BROADCAST_H

#include "parts.h"
#include "periods.h"
#include "track_state.h"

#include <stddef.h>

/*
 * One broadcast, folded from the events of broadcast/<id>: its tracks, and
 * of each the newest segments, as many as the live window holds.
 */

enum { TRACK_MAX_SEGMENTS = 2048 /* in the window, whatever they last */ };

struct segment {
	uint64_t msn; /* its file is <msn>.m4s */
	uint64_t start_us, duration_us, bytes;
	uint32_t run; /* its initialization section is init-<run>.mp4 */
	bool discontinuity, independent;
};

/* A rendition, and where its window stands in all that it ever had. */
struct track {
	struct track_state state;

	/*
	 * RFC 8216 wants numbers without holes, so a segment's media sequence
	 * number in a playlist is its place among those that were announced,
	 * not the number of its file: a segment that was cut and never
	 * announced leaves a hole in the latter.  It begins with the file's
	 * number, which is 0 unless those before are gone from the log: then
	 * it counts at least as far as it did when they were there.
	 */
	uint64_t sequence;               /* of the window's first segment */
	uint64_t discontinuity_sequence; /* discontinuities slid out so far */
	struct segment *segment;         /* SEGMENTS of them, oldest first */
	size_t segments, capacity;
	uint64_t window_us; /* what they last together */
	uint64_t next_msn;  /* the file number that continues without a hole */
	bool dependent;     /* some segment did not begin with a keyframe */

	/*
	 * Of the segments of the last three target durations, and of the one
	 * that grows; its file's number is NEXT_MSN or higher.
	 */
	struct parts parts;
	uint64_t part_us;   /* the longest promise of any run, or 0 */
	uint32_t timescale; /* of the newest run's files, or 0: not told */
	bool parted; /* parts were there: its playlist is a low-latency one */

	/* For BANDWIDTH and AVERAGE-BANDWIDTH (RFC 8216, 4.3.4.2). */
	uint64_t total_bytes, total_us;
	uint64_t span_bytes, span_us; /* segments too short to be a peak yet */
	uint64_t peak_bps;

	bool dirty; /* its playlist changed since the owner cleared this */
};

struct broadcast {
	char id[NAME_SIZE];
	uint64_t seq; /* of the last event folded in: each counts once */
	bool ended;   /* nothing will follow */
	bool dirty;   /* as struct track's: parameters or a track's arrival */
	size_t tracks;
	size_t refused_tracks; /* beyond BROADCAST_MAX_TRACKS */
	struct track track[BROADCAST_MAX_TRACKS];
	struct periods periods; /* the same segments, by track number */
};

/* An empty broadcast called ID.  NULL with errno ENOMEM. */
struct broadcast *broadcast_open(struct str id);
void broadcast_close(struct broadcast *b);

/*
 * Fold E in, keeping the segments that are needed for WINDOW_US of play and
 * for three target durations (RFC 8216, 6.2.2).  An event seen before, or
 * of a type that says nothing here, changes nothing.  0, or -1 with errno
 * EBADMSG (it contradicts the contract, and is passed over) or ENOMEM.
 */
int broadcast_apply(
    struct broadcast *b, const struct event *e, uint64_t window_us);

/* The track called NAME, or NULL. */
const struct track *broadcast_track(const struct broadcast *b, struct str name);

/* True while T's playlist offers parts, and what goes with them. */
bool track_low_latency(const struct broadcast *b, const struct track *t);

/* The number of the segment that grows, or will, and of its file. */
uint64_t track_growing_sequence(const struct track *t);
uint64_t track_growing_msn(const struct track *t);

/*
 * True when what is there can be offered to a player: every track has a
 * segment, or one has so many that waiting for the others is over.
 */
bool broadcast_playable(const struct broadcast *b);

/* Nothing will follow: the playlists are closed. */
void broadcast_end(struct broadcast *b);

/* The track's promise in whole seconds, as EXT-X-TARGETDURATION says it. */
uint64_t track_target_s(const struct track *t);

#endif
