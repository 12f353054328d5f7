#include "gate.h"

#include <stdio.h>

static int
refuse(char *why, size_t cap, const char *what)
{
	(void)snprintf(why, cap, "%s", what);
	return -1;
}

/* Whether E is to be refused for good.  0, or -1 with WHY. */
static int
check(const struct gate *g, enum bus_door door, struct str raw, struct event *e,
    const struct schema **s, char *why, size_t cap)
{
	const char *fault;

	if (event_decode(e, raw.p, raw.len, &fault) == -1)
		return refuse(why, cap, fault);
	if (event_validate(e, why, cap) == -1)
		return -1;
	*s = schema_of(e->type);
	if ((*s)->class == EVENT_LOGD)
		return refuse(why, cap, "weir-logd alone says this");
	if (door == BUS_MEDIA && (*s)->class != EVENT_MEDIA)
		return refuse(
		    why, cap, "this type does not come from media programs");
	if (door == BUS_EDGE && (*s)->class != EVENT_VIEWER)
		return refuse(why, cap, "this type does not come from viewers");
	if (e->type == EVENT_RemovalOrdered &&
	    (fault = retention_refusal(g->retention, e)) != NULL)
		return refuse(why, cap, fault);
	return 0;
}

int
gate_take(const struct gate *g, enum bus_door door, struct str raw,
    struct event *e, const struct schema **s, struct bus_result *out, char *why,
    size_t cap)
{
	if (check(g, door, raw, e, s, why, cap) == -1) {
		*out = (struct bus_result){.status = BUS_REFUSED};
		return 1;
	}
	if (e->type == EVENT_SubjectForgotten)
		return privacy_forget(g->privacy, e, out);
	return (*s)->personal ? privacy_seal(g->privacy, e, out, why, cap) : 0;
}
