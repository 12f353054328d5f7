#include "model.h"

#include "channels_fold.h"
#include "err.h"
#include "users_fold.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const struct model models[] = {
    {&channels_fold, "channels, what is live, and with which tracks",
	channels_fold_json},
    {&users_fold, "people, and who was forgotten", users_fold_json},
};

const struct model *
model_at(size_t i)
{
	return i < sizeof(models) / sizeof(models[0]) ? &models[i] : NULL;
}

const struct model *
model_named(const char *name)
{
	const struct model *m;

	for (size_t i = 0; (m = model_at(i)) != NULL; i++)
		if (strcmp(m->type->name, name) == 0)
			return m;
	return NULL;
}

void
model_warn(const struct projection *p, const struct event *e)
{
	if (e->type_name.len == 0)
		err_warn("the log is damaged, a block was passed over "
			 "seq=%" PRIu64 ": %s",
		    e->seq, projection_why(p));
	else
		err_warn("event passed over seq=%" PRIu64
			 " type=%.*s subject=%.*s: %s",
		    e->seq, STRF(e->type_name), STRF(e->subject),
		    projection_why(p));
}

int
model_fold(struct projection *p, model_turn_fn *turn, void *arg)
{
	struct event e;
	int n;

	do {
		n = projection_run(p, MODEL_TURN_MS, &e);
		if (n == -1 && errno != EBADMSG)
			return -1;
		if (n == -1)
			model_warn(p, &e);
		else if (turn != NULL)
			turn(arg, p);
	} while (n != 0);
	return 0;
}
