#ifndef THUMB_HAND_H
#define THUMB_HAND_H

#include "order.h"

#include <stdint.h>
#include <sys/types.h>

/*
 * A worker at work: this program again, with nothing but a task, the files it
 * is about, and a place for its answer.  One that gets no further for
 * HAND_PATIENCE_US is killed.
 */
struct hand {
	pid_t pid; /* 0: there is none */
	int answer;
	uint64_t bytes;  /* of the answer, when it was looked at */
	uint64_t due_us; /* when it must have grown */
};

enum { HAND_PATIENCE_US = 10 * 1000 * 1000 };
enum hand_end { HAND_BUSY, HAND_DONE, HAND_FAILED };

/* Have O done.  0, or -1 with errno. */
int hand_start(struct hand *h, const struct order *o);

/*
 * How it goes.  Unless it is HAND_BUSY there is no worker any more, and ANSWER
 * has what it answered, as far as it came.
 */
enum hand_end hand_look(struct hand *h, uint64_t now_us, struct buf *answer);

/* Kill it, if there is one. */
void hand_drop(struct hand *h);

#endif
