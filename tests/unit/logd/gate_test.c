#include "gate.h"
#include "tap.h"

#include <string.h>

/* What comes of an event of TYPE with DATA through DOOR: 0 it may come in. */
static int
comes(enum bus_door door, enum event_type type, const void *data, char why[256])
{
	const struct gate g = {.retention = NULL};
	const struct schema *s;
	struct bus_result out;
	struct event e, got;
	struct buf body, raw;
	char id[EVENT_MAX_ID + 1];
	int r = -1;

	buf_init(&body, EVENT_MAX_DATA);
	buf_init(&raw, EVENT_MAX);
	why[0] = '\0';
	if (event_begin(&e, type, "test", STR("recording/b1"), id) == 0 &&
	    event_put(type, data, &body) == 0) {
		e.data = buf_str(&body);
		if (event_encode(&e, &raw) == 0)
			r = gate_take(
			    &g, door, buf_str(&raw), &got, &s, &out, why, 256);
	}
	buf_fini(&body);
	buf_fini(&raw);
	return r;
}

int
main(void)
{
	const struct ClipCreated clip = {
	    .clip = STR("c1"), .channel = STR("alice"), .to_us = 1};
	const struct ClipRemoved gone = {.clip = STR("c1")};
	const struct TrackEnded end = {
	    .broadcast = STR("b1"), .track = STR("video")};
	char why[256];

	OK(comes(BUS_EDGE, EVENT_ClipCreated, &clip, why) == 0);
	OK(comes(BUS_EDGE, EVENT_ClipRemoved, &gone, why) == 1);
	OK(strcmp(why, "this type does not come from viewers") == 0);
	OK(comes(BUS_EDGE, EVENT_TrackEnded, &end, why) == 1);
	OK(comes(BUS_MEDIA, EVENT_ClipCreated, &clip, why) == 1);
	OK(comes(BUS_MEDIA, EVENT_TrackEnded, &end, why) == 0);
	OK(comes(BUS_APPEND, EVENT_ClipCreated, &clip, why) == 0);
	OK(comes(BUS_APPEND, EVENT_ClipRemoved, &gone, why) == 0);
	return tap_done();
}
