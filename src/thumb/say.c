#include "say.h"
#include "err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct say {
	struct bus_client *bus;
	struct buf data, event;
};

struct say *
say_open(void)
{
	struct say *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	if ((s->bus = bus_client_open(BUS_MEDIA)) == NULL) {
		free(s);
		return NULL;
	}
	buf_init(&s->data, EVENT_MAX_DATA);
	buf_init(&s->event, EVENT_MAX);
	return s;
}

void
say_close(struct say *s)
{
	if (s == NULL)
		return;
	bus_client_close(s->bus);
	buf_fini(&s->data);
	buf_fini(&s->event);
	free(s);
}

void
say_turn(struct say *s)
{
	bus_client_turn(s->bus);
}

static void
on_answer(void *arg, size_t index, const struct bus_result *r)
{
	(void)arg;
	(void)index;
	if (r->status == BUS_REFUSED)
		err_warn("weir-logd refused an event: %.*s", STRF(r->why));
}

int
say_event(struct say *s, enum event_type type, const char *broadcast,
    const void *data)
{
	char subject[EVENT_MAX_SUBJECT + 1], id[EVENT_MAX_ID + 1];
	struct event e;

	(void)snprintf(subject, sizeof(subject), "broadcast/%s", broadcast);
	buf_reset(&s->data);
	buf_reset(&s->event);
	if (event_begin(&e, type, "weir-thumb", str_from(subject), id) == -1 ||
	    event_put(type, data, &s->data) == -1)
		return -1;
	e.data = buf_str(&s->data);
	e.expect = EVENT_ANY;
	if (event_encode(&e, &s->event) == -1)
		return -1;
	return bus_append(s->bus, buf_str(&s->event), on_answer, NULL);
}

size_t
say_waiting(const struct say *s)
{
	return bus_unanswered(s->bus);
}
