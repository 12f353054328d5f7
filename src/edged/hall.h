#ifndef EDGED_HALL_H
#define EDGED_HALL_H

#include "crowd.h"
#include "pool.h"

/*
 * The connections that are held, by what they wait for, and how long they may.
 * Of one thread, which has set NOW_US before each call.
 */

enum { HALL_PATIENCE_MS = 200 /* a head may take so long whatever happens */ };

struct hall {
	struct pool *pool;
	struct crowd *crowd;
	int epoll_fd;
	size_t most; /* connections at once */
	unsigned keep_alive_ms, head_ms;
	uint64_t now_us;

	struct conn_list in[CONN_STATES];
	struct conn *ready, **ready_last; /* to be put into the pool */
	size_t ready_n;
	struct conn *dead; /* of which this turn's events may still tell */
};

/* Hold C, which is in no list, in STATE. */
void hall_hold(struct hall *h, struct conn *c, enum conn_state state);

/* Tell C's next event, once, if it is one that its state waits for; OP as of
 * epoll_ctl(2). */
void hall_arm(struct hall *h, struct conn *c, int op);

/* C has something to be answered, or refused with FAULT. */
void hall_hand_over(struct hall *h, struct conn *c, enum conn_fault fault);

/* C is over, wherever it is. */
void hall_drop(struct hall *h, struct conn *c);

/*
 * Close one that says nothing: whoever means well says something at once, and
 * who was answered comes again.  False when there is none.
 */
bool hall_make_room(struct hall *h);

/* Hand over those that wait for what is there, or need not wait longer. */
void hall_wake(struct hall *h, bool all);

/* Deal with what takes too long. */
void hall_sweep(struct hall *h);

/* At the end of a turn: give the pool what is handed over, free what is over.
 */
void hall_flush(struct hall *h);

/* Close all of them; the pool is closed already. */
void hall_clear(struct hall *h);

#endif
