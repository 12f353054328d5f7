#ifndef EACH_WORK_H
#define EACH_WORK_H

#include "event.h"
#include "job.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The events that were taken from the log and are not behind the position
 * yet, in their order.  Those of one lane (one subject, or everything when
 * there is one lane) are handled one after the other: only the first
 * unfinished one of a lane is ever past WORK_QUEUED.
 */
enum work_state {
	WORK_QUEUED,   /* behind another one of its lane */
	WORK_READY,    /* may begin */
	WORK_CLAIMING, /* the other workers are being asked for it */
	WORK_CLAIMED,  /* and it is ours */
	WORK_HELD,     /* another worker has it, until DUE_US at least */
	WORK_RUNNING,
	WORK_WAITING, /* it failed; again at DUE_US */
	WORK_ENDING,  /* the other workers are being told */
	WORK_FINISHED,
	WORK_STATES
};

/* What the log says of who has it; see claim.h. */
struct work_claim {
	uint64_t version;   /* of the claim's subject, as seen */
	uint64_t until_us;  /* wall clock: then the lease lapses; 0: given
			     * back, or nobody has it */
	uint64_t tries;     /* made before that claim */
	uint64_t renew_us;  /* mono: say it again; 0: it is not ours */
	unsigned in_flight; /* requests whose answers name this work */
	bool renewing;
	bool unsent; /* that it is done could not be said yet */
	bool done;   /* another worker handled it */
	bool lost;   /* another worker took it over from us */
	/* The answer to a question, until it is complete. */
	bool answered, answer_done, answer_ours;
};

enum { WORK_WHY_SIZE = 80 };
struct work {
	struct work *next, *prev;
	enum work_state state;
	struct event event; /* as long as it is unfinished */
	uint64_t seq;
	uint64_t tries;  /* that failed */
	uint64_t due_us; /* mono; of WORK_HELD and WORK_WAITING */
	bool again;      /* a dead letter that was put back */
	bool failed;     /* it becomes a dead letter, for WHY */
	bool saved;      /* finished, and the state remembers that */
	char why[WORK_WHY_SIZE];
	struct job job;
	struct work_claim claim;
	void *owner; /* free for claim.c */
	/* For work.c. */
	struct work *behind, *lane_next, *id_next;
	uint32_t lane_hash, id_hash;
	char *raw;
	size_t raw_len;
};

struct window {
	struct work *first, *last;
	size_t n[WORK_STATES]; /* how many there are in each state */
	size_t len, bytes;
	uint64_t wake_us; /* mono: no DUE_US or renewal is earlier */
	struct window_table *table;
	bool one_lane;
};

enum { WINDOW_MAX = 4096, WINDOW_MAX_BYTES = 64 * 1024 * 1024 };

/* 0, or -1 with errno ENOMEM. */
int window_init(struct window *w, bool one_lane);
void window_fini(struct window *w);

/* No more is to be added now. */
bool window_full(const struct window *w);

/*
 * Add the event whose encoded bytes are RAW, copied; AGAIN ones stand
 * before the others.  NULL with errno.
 */
struct work *window_add(struct window *w, struct str raw, bool again);

/* The unfinished work for the event ID, or NULL. */
struct work *window_find(const struct window *w, struct str id);

/* Change the state, not to or from FINISHED. */
void window_set(struct window *w, struct work *k, enum work_state state);

/* As that, and have it looked at again at DUE_US. */
void window_wait(
    struct window *w, struct work *k, enum work_state state, uint64_t due_us);

/*
 * K was handled: its event is forgotten, the next of its lane is READY.
 * K must be the first of its lane.
 */
void window_finish(struct window *w, struct work *k);

/*
 * Drop what is finished up to the first unfinished one, and return the
 * position: the seq before that one, or SCANNED when there is none.
 */
uint64_t window_position(struct window *w, uint64_t scanned);

#endif
