#ifndef MODEL_CLIPS_FOLD_H
#define MODEL_CLIPS_FOLD_H

#include "clip_state.h"
#include "projection.h"

/*
 * The rows of clips in the projection of channels:
 *
 *	clip/<id>	struct clip_state, until ClipRemoved
 */

/* Is this one of their events? */
bool clips_fold_wants(enum event_type type);

/* Fold E in, which is; see struct projection_type. */
int clips_fold_apply(struct projection *p, const struct event *e);

/*
 * The clip that E, which P has just folded in, is about, as it is now: 1 with
 * *C, whose broadcast is "" when it is gone; 0 when it is about none; -1 with
 * errno.
 */
int clips_fold_touched(
    struct projection *p, const struct event *e, struct clip_state *c);

/* Call FN for each clip there is, in order of their ids. */
typedef int clips_fold_fn(void *arg, const struct clip_state *c);
int clips_fold_each(struct projection *p, clips_fold_fn *fn, void *arg);

#endif
