#ifndef EDGED_TRACK_H
#define EDGED_TRACK_H

#include "arrivals.h"
#include "line.h"
#include "page.h"
#include "parts.h"
#include "track_state.h"

#include <stddef.h>

/* A rendition, and where its window stands in all that it ever had. */

enum { TRACK_MAX_SEGMENTS = 1000 * PAGE_SEGMENTS /* in the window */ };

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
	uint64_t sequence;        /* of the window's first segment */
	size_t segments;          /* in the window */
	struct pages *pages;      /* they, and maybe some before; or NULL */
	uint64_t lines;           /* before this one, they have their lines */
	uint64_t discontinuities; /* so far */
	uint64_t window_us;       /* what they last together */
	uint64_t at_us;           /* what all that ever were last */
	uint64_t next_msn; /* the file number that continues without a hole */
	uint32_t last_run; /* of the last segment */
	bool hole;         /* what came last was removed */
	bool placed;       /* its first number is settled */
	bool gap;          /* what came last was one, for want of media */
	bool renewed;   /* it had a discontinuity: what follows has its map */
	bool gaps;      /* some segment was one */
	bool over;      /* it fell silent while others go on */
	bool removed;   /* some segment was */
	bool dependent; /* some segment did not begin with a keyframe */

	/*
	 * Of the segments of the last three target durations, and of the one
	 * that grows; its file's number is NEXT_MSN or higher.
	 */
	struct parts parts;
	uint64_t part_us;   /* the longest promise of any run, or 0 */
	uint32_t timescale; /* of the newest run's files, or 0: not told */
	bool parted; /* parts were there: its playlist is a low-latency one */
	struct arrivals arrivals; /* since when its newest segments are there */

	/* For BANDWIDTH and AVERAGE-BANDWIDTH (RFC 8216, 4.3.4.2). */
	uint64_t total_bytes, total_us;
	uint64_t span_bytes, span_us; /* segments too short to be a peak yet */
	uint64_t peak_bps;

	bool dirty; /* its playlist changed since the owner cleared this */
};

void track_fini(struct track *t);

/*
 * Add segment S of its file's number MSN or higher than all before, cut after
 * a discontinuity when it says so; BROADCAST names it in its lines.  *SHOWN
 * when the multivariant playlist changes with it.  0, or -1 with errno ENOMEM.
 */
int track_add(struct track *t, const char *broadcast, const struct segment *s,
    bool *shown);

/*
 * T has nothing where another track has segment LIKE: its own of that number is
 * a gap (RFC 8216bis, 4.4.4.7).  As above.
 */
int track_gap(
    struct track *t, const char *broadcast, const struct segment *like);

/*
 * T, which has nothing yet, begins with segment SEQUENCE, DISCONTINUITIES of
 * the broadcast before it.
 */
void track_place(struct track *t, uint64_t sequence, uint64_t discontinuities);

/* The first segment of the window whose file is MSN or behind it, or NULL. */
const struct segment *track_file(
    const struct track *t, uint64_t msn, size_t *i);

/* Segment S was announced, and is gone: it takes its time and nothing else. */
void track_pass(struct track *t, const struct segment *s);

/*
 * Let the window's oldest segments go, of which more than WINDOW_US (0: all)
 * are not needed; never below what a player does (RFC 8216, 6.2.2).
 */
int track_slide(struct track *t, uint64_t window_us);

/* The window begins behind file MSN.  As above. */
int track_cut(struct track *t, uint64_t msn);

/* The I-th segment of the window. */
const struct segment *track_segment(const struct track *t, size_t i);

/*
 * The segments of the window that play between FROM_US and TO_US, as at_us
 * counts: the first of them, and how many.
 */
size_t track_range(
    const struct track *t, uint64_t from_us, uint64_t to_us, size_t *n);

/* The number of the segment that grows, or will, and of its file. */
uint64_t track_growing_sequence(const struct track *t);
uint64_t track_growing_msn(const struct track *t);

/* The track's promise in whole seconds, as EXT-X-TARGETDURATION says it. */
uint64_t track_target_s(const struct track *t);

/*
 * Copy T, which goes on from here on, while the old one, which shares its
 * pages, gets no more segments.
 */
void track_clone(struct track *to, const struct track *t);

#endif
