#include "stack.h"

void
stack_init(struct stack *s, const struct settings *set, struct outlet *outlet,
    struct report *report)
{
	*s = (struct stack){.set = set, .outlet = outlet, .report = report};
}

/* Close rungs that have not begun, or have ended. */
static void
close_all(struct stack *s)
{
	for (size_t i = 0; i < s->rungs; i++) {
		rung_close(s->rung[i]);
		(void)outlet_lane(s->outlet, LANE_RUNG + (unsigned)i, NULL);
	}
	s->rungs = s->resting = 0;
}

int
stack_build(struct stack *s, const struct plan *plan,
    const struct media_track *source, const AVFrame *first)
{
	for (size_t i = 0; i < plan->rungs; i++) {
		s->rung[i] = rung_open(s->set, &plan->rung[i], s->outlet,
		    LANE_RUNG + (unsigned)i, source, first);
		if (s->rung[i] == NULL) {
			close_all(s);
			return -1;
		}
		s->rungs++;
	}
	/* From the bottom: each has somebody below when frames come. */
	for (size_t i = s->rungs; i-- > 0;) {
		struct rung *below = i + 1 < s->rungs ? s->rung[i + 1] : NULL;

		if (rung_start(s->rung[i], below) == -1) {
			if (below != NULL)
				rung_end(below);
			close_all(s);
			return -1;
		}
	}
	return 0;
}

void
stack_put(struct stack *s, AVFrame *f)
{
	if (s->rungs > 0)
		rung_put(s->rung[0], f);
	else
		av_frame_free(&f);
}

void
stack_drop(struct stack *s, int64_t late_us)
{
	struct rung *r = s->rung[s->resting];
	char name[OUTLET_NAME_SIZE];

	outlet_name(s->outlet, LANE_RUNG + (unsigned)s->resting, name);
	rung_rest(r, true);
	s->resting++;
	report_dropped(s->report, name, rung_rendition(r), late_us);
}

void
stack_restore(struct stack *s)
{
	struct rung *r = s->rung[--s->resting];
	char name[OUTLET_NAME_SIZE];

	outlet_name(s->outlet, LANE_RUNG + (unsigned)s->resting, name);
	rung_rest(r, false);
	report_restored(s->report, name, rung_rendition(r));
}

void
stack_clear(struct stack *s)
{
	if (s->rungs > 0)
		rung_end(s->rung[0]);
	close_all(s);
}
