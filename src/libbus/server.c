#include "server.h"
#include "clock.h"
#include "sock.h"

#include <errno.h>
#include <unistd.h>

enum {
	MAX_MALFORMED = 256, /* in a row, before others get their turn */
	MAX_TOPICS = 64,
	MAX_CHANGES = 1024, /* of subscriptions in a turn */
	TURN_PERIOD_US = 1000
};

/*
 * What somebody subscribed to, as prefixes of type names; libzmq would do
 * the same check only after the event was copied for it.
 */
struct topics {
	char name[MAX_TOPICS][EVENT_MAX_ID];
	size_t len[MAX_TOPICS];
	size_t n;
	bool everything; /* more were asked for than fit here */
};

struct bus_server {
	zsock_t *door[BUS_DOORS];
	zsock_t *events;
	char door_path[BUS_DOORS][PATH_MAX], events_path[PATH_MAX];
	struct buf answer;
	struct buf list; /* events of the answer that is composed */
	size_t listed;
	struct topics topics;
	uint64_t turned_us;
	struct bus_server_figures figures;
};

static const struct sock_limits door_limits = {
    .linger_ms = 500,
    .send_max = SOCK_MAX_REQUESTS,
    .receive_max = 256,
    .message_max_bytes = WIRE_MAX_REQUEST,
};

static const struct sock_limits events_limits = {
    .linger_ms = 500,
    .send_max = 4096,
    .receive_max = 256,
    .message_max_bytes = 1024,
};

/*
 * A door: answers to a peer that went away or does not read fail (and are
 * counted), and a new connection is greeted, so that a client that waits
 * for us learns of it at once.
 */
static zsock_t *
door_open(const char *file, char path[PATH_MAX])
{
	zsock_t *s = sock_open(ZMQ_ROUTER, &door_limits);
	int saved;

	if (s == NULL)
		return NULL;
	if (sock_set(s, ZMQ_ROUTER_MANDATORY, 1) == -1 ||
	    sock_set(s, ZMQ_PROBE_ROUTER, 1) == -1 ||
	    sock_bind(s, file, path) == -1) {
		saved = errno;
		zsock_destroy(&s);
		path[0] = '\0';
		errno = saved;
	}
	return s;
}

struct bus_server *
bus_server_open(void)
{
	static const char *const file[BUS_DOORS] = {
	    [BUS_APPEND] = SOCK_APPEND,
	    [BUS_MEDIA] = SOCK_MEDIA,
	    [BUS_EDGE] = SOCK_EDGE,
	};
	struct bus_server *s = calloc(1, sizeof(*s));
	int saved;

	if (s == NULL)
		return NULL;
	buf_init(&s->answer, WIRE_MAX_ANSWER);
	buf_init(&s->list, WIRE_MAX_LAST_BYTES + EVENT_MAX + 5);
	for (int i = 0; i < BUS_DOORS; i++)
		if ((s->door[i] = door_open(file[i], s->door_path[i])) == NULL)
			goto err_server;
	if ((s->events = sock_open(ZMQ_XPUB, &events_limits)) == NULL)
		goto err_server;
	if (sock_bind(s->events, SOCK_EVENTS, s->events_path) == -1) {
		s->events_path[0] = '\0';
		goto err_server;
	}
	return s;
err_server:
	saved = errno;
	bus_server_close(s);
	errno = saved;
	return NULL;
}

void
bus_server_close(struct bus_server *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < BUS_DOORS; i++) {
		if (s->door_path[i][0] != '\0')
			(void)unlink(s->door_path[i]);
		zsock_destroy(&s->door[i]);
	}
	if (s->events_path[0] != '\0')
		(void)unlink(s->events_path);
	zsock_destroy(&s->events);
	buf_fini(&s->answer);
	buf_fini(&s->list);
	free(s);
}

void *
bus_server_socket(struct bus_server *s, enum bus_door door)
{
	return s->door[door];
}

/* Send what is in s->answer to PEER, which is used up. */
static void
answer(struct bus_server *s, enum bus_door door, zmq_msg_t *peer)
{
	void *raw = zsock_resolve(s->door[door]);
	zmq_msg_t body;

	if (s->answer.failed || zmq_msg_init_size(&body, s->answer.len) == -1) {
		s->figures.undelivered++;
		return;
	}
	memcpy(zmq_msg_data(&body), s->answer.p, s->answer.len);
	if (zmq_msg_send(peer, raw, ZMQ_DONTWAIT | ZMQ_SNDMORE) == -1 ||
	    zmq_msg_send(&body, raw, ZMQ_DONTWAIT) == -1) {
		s->figures.undelivered++;
		(void)zmq_msg_close(&body);
	}
}

int
bus_server_next(struct bus_server *s, enum bus_door door, struct bus_request *r)
{
	void *raw = zsock_resolve(s->door[door]);

	for (unsigned tries = 0; tries < MAX_MALFORMED; tries++) {
		const char *why = NULL;
		/* A short message's bytes move with it: decode in place. */
		int got = sock_receive(raw, r->frame, 2);

		if (got == 0)
			return 0;
		if (got == -1) {
			s->figures.malformed++;
			continue;
		}
		if (wire_request_decode(&r->ask, zmq_msg_data(&r->frame[1]),
			zmq_msg_size(&r->frame[1]), &why) == -1) {
			s->figures.malformed++;
			if (r->ask.number != 0) {
				buf_reset(&s->answer);
				wire_error_encode(
				    &s->answer, r->ask.number, str_from(why));
				answer(s, door, &r->frame[0]);
			}
			bus_request_release(r);
			continue;
		}
		s->figures.appends += r->ask.op == WIRE_APPEND;
		s->figures.queries += r->ask.op == WIRE_LAST;
		r->door = door;
		return 1;
	}
	return 0;
}

void
bus_request_release(struct bus_request *r)
{
	(void)zmq_msg_close(&r->frame[0]);
	(void)zmq_msg_close(&r->frame[1]);
}

void
bus_reply_results(struct bus_server *s, struct bus_request *r,
    const struct bus_result *result)
{
	if (r->ask.number == WIRE_UNANSWERED)
		return;
	buf_reset(&s->answer);
	wire_results_encode(&s->answer, r->ask.number, result, r->ask.count);
	answer(s, r->door, &r->frame[0]);
}

int
bus_reply_event(struct bus_server *s, struct str event)
{
	msgpack_packer pk;

	if (s->listed == WIRE_MAX_LAST ||
	    (s->listed > 0 && event.len + s->list.len > WIRE_MAX_LAST_BYTES) ||
	    event.len > EVENT_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	mp_packer(&pk, &s->list);
	mp_put_bin(&pk, event);
	s->listed++;
	return s->list.failed ? -1 : 0;
}

void
bus_reply_drop(struct bus_server *s)
{
	buf_reset(&s->list);
	s->listed = 0;
}

void
bus_reply_events(struct bus_server *s, struct bus_request *r, bool more)
{
	buf_reset(&s->answer);
	wire_list_encode(&s->answer, r->ask.number, more, s->listed);
	(void)buf_putstr(&s->answer, buf_str(&s->list));
	s->answer.failed = s->answer.failed || s->list.failed;
	bus_reply_drop(s);
	answer(s, r->door, &r->frame[0]);
}

void
bus_reply_removal(struct bus_server *s, struct bus_request *r,
    const struct bus_removal *removal)
{
	buf_reset(&s->answer);
	wire_removal_encode(&s->answer, r->ask.number, removal);
	answer(s, r->door, &r->frame[0]);
}

void
bus_reply_error(struct bus_server *s, struct bus_request *r, struct str why)
{
	buf_reset(&s->answer);
	wire_error_encode(&s->answer, r->ask.number, why);
	answer(s, r->door, &r->frame[0]);
}

/* Somebody subscribed to the first of TOPIC, or nobody is left. */
static void
topic_change(struct topics *t, bool wanted, struct str topic)
{
	size_t i = 0;

	while (i < t->n && !str_eq((struct str){t->name[i], t->len[i]}, topic))
		i++;
	if (wanted && i == t->n) {
		if (t->n == MAX_TOPICS || topic.len > sizeof(t->name[0])) {
			t->everything = true;
			return;
		}
		memcpy(t->name[i], topic.p, topic.len);
		t->len[i] = topic.len;
		t->n++;
	} else if (!wanted && i < t->n) {
		t->n--;
		memmove(t->name[i], t->name[t->n], sizeof(t->name[0]));
		t->len[i] = t->len[t->n];
	}
}

static bool
topic_wanted(const struct topics *t, struct str type)
{
	if (t->everything)
		return true;
	for (size_t i = 0; i < t->n; i++)
		if (str_starts(type, (struct str){t->name[i], t->len[i]}))
			return true;
	return false;
}

void
bus_server_turn(struct bus_server *s)
{
	void *raw = zsock_resolve(s->events);
	zmq_msg_t m;

	s->turned_us = clock_mono_us();
	for (unsigned i = 0; i < MAX_CHANGES; i++) {
		int got = sock_receive(raw, &m, 1);
		struct str t;

		if (got == 0)
			break;
		if (got == -1)
			continue;
		t = (struct str){zmq_msg_data(&m), zmq_msg_size(&m)};
		if (t.len > 0 && (t.p[0] == 0 || t.p[0] == 1))
			topic_change(&s->topics, t.p[0] == 1,
			    (struct str){t.p + 1, t.len - 1});
		(void)zmq_msg_close(&m);
	}
}

void
bus_server_publish(struct bus_server *s, struct str type, struct str event)
{
	void *raw = zsock_resolve(s->events);
	zmq_msg_t topic, body;

	if (clock_mono_us() - s->turned_us >= TURN_PERIOD_US)
		bus_server_turn(s);
	if (!topic_wanted(&s->topics, type) ||
	    zmq_msg_init_size(&topic, type.len) == -1)
		return;
	if (zmq_msg_init_size(&body, event.len) == -1)
		goto err_topic;
	memcpy(zmq_msg_data(&topic), type.p, type.len);
	memcpy(zmq_msg_data(&body), event.p, event.len);
	/* An XPUB takes everything, and drops for those who do not read. */
	if (zmq_msg_send(&topic, raw, ZMQ_DONTWAIT | ZMQ_SNDMORE) == -1 ||
	    zmq_msg_send(&body, raw, ZMQ_DONTWAIT) == -1)
		goto err_body;
	s->figures.published++;
	return;
err_body:
	(void)zmq_msg_close(&body);
err_topic:
	(void)zmq_msg_close(&topic);
}

const struct bus_server_figures *
bus_server_figures(const struct bus_server *s)
{
	return &s->figures;
}
