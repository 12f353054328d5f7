#ifndef TRANSCODE_STACK_H
#define TRANSCODE_STACK_H

#include "plan.h"
#include "report.h"
#include "rung.h"

/* The rungs of a plan: frames come in at the top and go down. */
struct stack {
	const struct settings *set;
	struct outlet *outlet;
	struct report *report;
	size_t rungs, resting; /* the RESTING first ones rest */
	struct rung *rung[LADDER_MAX_RUNGS];
};

void stack_init(struct stack *s, const struct settings *set,
    struct outlet *outlet, struct report *report);

/*
 * Rungs as PLAN has them, for frames like FIRST, of track SOURCE.  There must
 * be none.  0, or -1 after reporting the cause and with none.
 */
int stack_build(struct stack *s, const struct plan *plan,
    const struct media_track *source, const AVFrame *first);

/* Take F, the caller's no more. */
void stack_put(struct stack *s, AVFrame *f);

/*
 * Let the largest rung that works rest, pictures being LATE_US late: whoever
 * watched it still has those below, and most time is gained.  Or let the last
 * one that was put to rest work again.
 */
void stack_drop(struct stack *s, int64_t late_us);
void stack_restore(struct stack *s);

/* What is in the rungs goes out, and there are none. */
void stack_clear(struct stack *s);

#endif
