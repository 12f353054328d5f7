#ifndef MODEL_H
#define MODEL_H

#include "buf.h"
#include "keyring.h"
#include "projection.h"

/*
 * The projections there are.  Whoever keeps one, rebuilds it or shows it has
 * the same fold from here.
 */
struct model {
	const struct projection_type *type;
	const char *summary; /* of its rows; no full stop */
	/*
	 * Append a row as one JSON object, with what is personal as far as
	 * KEYS opens it.  1, 0 when the row only leads to others, or -1 with
	 * errno.
	 */
	int (*json)(struct str key, struct str value, struct keyring *keys,
	    struct buf *out);
};

/* The one called NAME, or NULL; the I-th, or NULL past the last. */
const struct model *model_named(const char *name);
const struct model *model_at(size_t i);

/* Warn that P passed E over: projection_next() or _run() just said so. */
void model_warn(const struct projection *p, const struct event *e);

/*
 * Fold all that P is to take, warning of what is passed over, and call TURN,
 * unless NULL, every MODEL_TURN_MS.  0, or -1 with errno.
 */
enum { MODEL_TURN_MS = 100 };
typedef void model_turn_fn(void *arg, struct projection *p);
int model_fold(struct projection *p, model_turn_fn *turn, void *arg);

#endif
