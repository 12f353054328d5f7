#include "bus.h"
#include "clock.h"
#include "sock.h"

#include <errno.h>

enum { MAX_TYPES = 64 };

struct bus_sub {
	zsock_t *sock;
	char type[MAX_TYPES][EVENT_MAX_ID];
	size_t type_len[MAX_TYPES];
	size_t types;       /* 0: all */
	zmq_msg_t frame[2]; /* what the event given last lies in */
	bool held;
};

static const struct sock_limits limits = {
    .linger_ms = 0,
    .send_max = 1024,
    .receive_max = 4096,
    .message_max_bytes = EVENT_MAX,
};

static int
subscribe(struct bus_sub *s, const char *const *type, size_t n)
{
	void *raw = zsock_resolve(s->sock);

	for (size_t i = 0; i < n; i++) {
		struct str t = str_from(type[i]);

		if (t.len == 0 || t.len > sizeof(s->type[i])) {
			errno = EINVAL;
			return -1;
		}
		memcpy(s->type[i], t.p, t.len);
		s->type_len[i] = t.len;
		if (zmq_setsockopt(raw, ZMQ_SUBSCRIBE, t.p, t.len) == -1)
			return -1;
	}
	s->types = n;
	return n > 0 ? 0 : zmq_setsockopt(raw, ZMQ_SUBSCRIBE, "", 0);
}

struct bus_sub *
bus_sub_open(const char *const *type, size_t n)
{
	struct bus_sub *s;
	int saved;

	if (n > MAX_TYPES) {
		errno = EINVAL;
		return NULL;
	}
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	if ((s->sock = sock_open(ZMQ_SUB, &limits)) == NULL ||
	    subscribe(s, type, n) == -1 ||
	    sock_connect(s->sock, SOCK_EVENTS) == -1) {
		saved = errno;
		bus_sub_close(s);
		errno = saved;
		return NULL;
	}
	return s;
}

static void
drop(struct bus_sub *s)
{
	if (!s->held)
		return;
	(void)zmq_msg_close(&s->frame[0]);
	(void)zmq_msg_close(&s->frame[1]);
	s->held = false;
}

void
bus_sub_close(struct bus_sub *s)
{
	if (s == NULL)
		return;
	drop(s);
	zsock_destroy(&s->sock);
	free(s);
}

void *
bus_sub_socket(struct bus_sub *s)
{
	return s->sock;
}

/* ZeroMQ matches prefixes; we were asked for whole names. */
static bool
wanted(const struct bus_sub *s, struct str name)
{
	for (size_t i = 0; i < s->types; i++)
		if (str_eq((struct str){s->type[i], s->type_len[i]}, name))
			return true;
	return s->types == 0;
}

/* 1 with *E, 0 when none waits, -1 for a message that is none for us. */
static int
take(struct bus_sub *s, struct event *e)
{
	int got = sock_receive(zsock_resolve(s->sock), s->frame, 2);
	struct str name;
	const char *why;

	if (got != 1)
		return got;
	s->held = true;
	name = (struct str){
	    zmq_msg_data(&s->frame[0]), zmq_msg_size(&s->frame[0])};
	if (wanted(s, name) &&
	    event_decode(e, zmq_msg_data(&s->frame[1]),
		zmq_msg_size(&s->frame[1]), &why) == 0 &&
	    str_eq(e->type_name, name))
		return 1;
	drop(s);
	return -1;
}

int
bus_sub_next(struct bus_sub *s, unsigned timeout_ms, struct event *e)
{
	uint64_t end_us = clock_mono_us() + timeout_ms * UINT64_C(1000);

	drop(s);
	for (;;) {
		zmq_pollitem_t item = {
		    .socket = zsock_resolve(s->sock), .events = ZMQ_POLLIN};
		uint64_t now_us;
		int got;

		if ((got = take(s, e)) == 1)
			return 1;
		if ((now_us = clock_mono_us()) >= end_us)
			return 0;
		if (got == 0 && zmq_poll(&item, 1,
				    (long)((end_us - now_us) / 1000 + 1)) == -1)
			return -1;
	}
}
