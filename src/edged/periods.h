#ifndef EDGED_PERIODS_H
#define EDGED_PERIODS_H

#include "track_state.h"
#include "types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A broadcast in time, as DASH tells it (ISO/IEC 23009-1, 5.3.2): periods, in
 * each of which every track keeps its initialization section, its segments
 * are numbered without a hole, and the clock of its files stays where it is
 * against the wall clock.  What an encoder leaves behind that comes back, or
 * that changes its parameters, is a period of its own.  Segments that last
 * the same are one stretch, however many they are.
 */

enum {
	PERIODS_MAX = 512,     /* of a broadcast, the newest */
	PERIOD_MAX_BREAKS = 32 /* of a period, the oldest */
};

/*
 * COUNT segments of DURATION ticks each, the first of which is file MSN and
 * begins at TIME.
 */
struct stretch {
	uint64_t time, msn;
	uint32_t duration, count;
};

/* A track within a period. */
struct lane {
	struct track_state state; /* of this run */
	uint32_t timescale;       /* ticks in a second */
	uint64_t next_msn;        /* of its next segment's file */
	/* A file's time in microseconds and this make up the wall clock. */
	int64_t wall_us;
	struct stretch *stretch; /* STRETCHES of them, oldest first */
	size_t stretches, capacity;
	bool over; /* nothing will follow */
	/* It fell silent while others go on, or did: its numbers may leap
	 * where the period breaks. */
	bool lost;
};

struct period {
	uint64_t number;   /* counts a broadcast's periods from 0 */
	uint64_t start_us; /* by the wall clock */
	/*
	 * From where on, by the wall clock, there are other pictures than
	 * before: for players that is a period of its own.
	 */
	uint64_t break_us[PERIOD_MAX_BREAKS];
	size_t breaks;
	struct lane *lane[BROADCAST_MAX_TRACKS]; /* NULL: not in it */
};

struct periods {
	struct period *period; /* PERIODS of them, oldest first */
	size_t periods, capacity;
	uint64_t next_number;
	uint64_t begun_us;  /* when the first of all began */
	uint64_t window_us; /* so much is kept, at least; 0: all */
	bool paused;        /* the encoder is away: nothing is about to come */
	bool unknown;       /* a segment did not tell its time: no DASH */
	bool dirty;         /* something changed since the owner cleared this */
};

void periods_fini(struct periods *p);

/* A copy of P of its own into *TO.  0, or -1 with errno ENOMEM. */
int periods_copy(struct periods *to, const struct periods *p);

/* What P takes of memory, in bytes. */
size_t periods_bytes(const struct periods *p);

/*
 * Segment S is the newest of track I, which stands at STATE and counts
 * TIMESCALE ticks a second.  0, or -1 with errno ENOMEM.
 */
int periods_add(struct periods *p, size_t i, const struct track_state *state,
    uint32_t timescale, const struct SegmentReady *s);

/* Forget track I's segments before MSN. */
void periods_slide(struct periods *p, size_t i, uint64_t msn);

/* What track I was about to say is not going to come. */
void periods_pause(struct periods *p, size_t i);

/* Track I, a picture, is silent while others go on; and it is back. */
void periods_lose(struct periods *p, size_t i);
void periods_find(struct periods *p, size_t i);

/* The end of P by the wall clock: of its longest lane. */
uint64_t period_end_us(const struct period *p);

/* The same of the newest of P, of which there is one. */
uint64_t periods_end_us(const struct periods *p);

/*
 * When the first of its tracks has ended, of those that end together: Shaka
 * Player waits for ever for the rest of a shorter one.
 */
uint64_t periods_last_us(const struct periods *p);

/* When what follows the last segment of L begins, in ticks. */
uint64_t lane_end(const struct lane *l);

/* TICKS of L's clock by the wall clock, in microseconds. */
uint64_t lane_wall_us(const struct lane *l, uint64_t ticks);

/* TICKS of L's clock in microseconds, and US in ticks, both rounded. */
uint64_t lane_us(const struct lane *l, uint64_t ticks);
uint64_t lane_ticks(const struct lane *l, uint64_t us);

#endif
