#include "gate.h"

#include <stdio.h>

static int
refuse(char *why, size_t cap, const char *what)
{
	(void)snprintf(why, cap, "%s", what);
	return -1;
}

int
gate_take(struct retention *t, enum bus_door door, struct str raw,
    struct event *e, const struct schema **s, char *why, size_t cap)
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
	if (e->type == EVENT_RemovalOrdered &&
	    (fault = retention_refusal(t, e)) != NULL)
		return refuse(why, cap, fault);
	return 0;
}
