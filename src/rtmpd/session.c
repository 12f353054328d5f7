#include "session.h"
#include "aggregate.h"
#include "amf.h"
#include "chunk.h"
#include "command.h"
#include "handshake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/*
	 * The chunks of our answers; librtmp's heirs in ffmpeg take it over
	 * for what they send, and large chunks need no copy here.
	 */
	CHUNK_SIZE_OURS = 65536,
	ACK_LEAST = 16 * 1024, /* however small a window the peer asks for */
	PING_REQUEST = 6,
	PING_RESPONSE = 7,
	STREAM_BEGIN = 0
};

struct session {
	const struct session_ops *ops;
	void *ctx;
	enum session_state state;
	struct handshake *handshake; /* NULL once it is done */
	struct chunk_reader *chunks;
	struct buf out;
	uint32_t out_size; /* of our chunks */
	uint64_t received, acked, ack_every;
	bool connected;
	unsigned can;        /* capsEx of the peer */
	unsigned streams;    /* that createStream made, with ids from 1 */
	uint32_t publishing; /* the message stream of publish */
	char app[SESSION_NAME_SIZE], encoder[SESSION_NAME_SIZE];
	char why[160];
};

static chunk_message_fn on_message;

struct session *
session_open(const struct session_ops *ops, void *ctx, uint64_t seed)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->ops = ops;
	s->ctx = ctx;
	s->out_size = CHUNK_SIZE_FIRST;
	s->ack_every = SESSION_WINDOW / 2;
	buf_init(&s->out, SESSION_OUT_MAX);
	if ((s->handshake = malloc(sizeof(*s->handshake))) == NULL)
		goto free_session;
	handshake_init(s->handshake, seed);
	if ((s->chunks = chunk_reader_open(on_message, s)) == NULL)
		goto free_handshake;
	return s;
free_handshake:
	free(s->handshake);
free_session:
	free(s);
	return NULL;
}

void
session_close(struct session *s)
{
	if (s == NULL)
		return;
	chunk_reader_close(s->chunks);
	free(s->handshake);
	buf_fini(&s->out);
	free(s);
}

enum session_state
session_state(const struct session *s)
{
	return s->state;
}

const char *
session_why(const struct session *s)
{
	const char *why =
	    *s->why != '\0' ? s->why : chunk_reader_why(s->chunks);

	return why != NULL ? why : "";
}

struct buf *
session_out(struct session *s)
{
	return &s->out;
}

const char *
session_encoder(const struct session *s)
{
	return s->encoder;
}

static void
because(struct session *s, const char *why)
{
	(void)snprintf(s->why, sizeof(s->why), "%s", why);
}

static int
fail(struct session *s, const char *why)
{
	because(s, why);
	errno = EBADMSG;
	return -1;
}

static void
send_message(struct session *s, uint32_t csid, enum chunk_type type,
    uint32_t stream, const uint8_t *p, size_t len)
{
	const struct chunk_message m = {csid, (uint8_t)type, stream, 0, p, len};

	chunk_put(&s->out, &m, s->out_size);
}

static void
put_u32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static uint32_t
get_u24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* Protocol control messages travel on chunk stream 2 (section 5.4). */
static void
send_u32(struct session *s, enum chunk_type type, uint32_t v)
{
	uint8_t p[4];

	put_u32(p, v);
	send_message(s, 2, type, 0, p, sizeof(p));
}

static void
send_user_control(struct session *s, uint8_t event, uint32_t v)
{
	uint8_t p[6] = {0, event};

	put_u32(p + 2, v);
	send_message(s, 2, CHUNK_USER_CONTROL, 0, p, sizeof(p));
}

static void
send_command(struct session *s, uint32_t stream, const struct buf *body)
{
	if (body->failed)
		s->out.failed = true;
	else
		send_message(s, stream == 0 ? 3 : 5, CHUNK_COMMAND, stream,
		    body->p, body->len);
}

static void
send_status(struct session *s, uint32_t stream, const char *level,
    const char *code, const char *description)
{
	struct buf b;

	buf_init(&b, SESSION_OUT_MAX);
	command_status(&b, level, code, description);
	send_command(s, stream, &b);
	buf_fini(&b);
}

void
session_accept(struct session *s)
{
	s->state = SESSION_PUBLISHING;
	chunk_reader_trust(s->chunks);
	send_user_control(s, STREAM_BEGIN, s->publishing);
	send_status(s, s->publishing, "status", "NetStream.Publish.Start",
	    "You are live.");
}

void
session_refuse(struct session *s, const char *code, const char *description)
{
	if (s->state == SESSION_CLOSING)
		return;
	s->state = SESSION_CLOSING;
	because(s, description);
	send_status(s, s->publishing, "error", code, description);
}

bool
session_reconnect(struct session *s, const char *description)
{
	if (s->state != SESSION_PUBLISHING ||
	    (s->can & COMMAND_CAN_RECONNECT) == 0)
		return false;
	s->state = SESSION_CLOSING;
	because(s, description);
	send_status(s, 0, "status", "NetConnection.Connect.ReconnectRequest",
	    description);
	return true;
}

void
session_ping(struct session *s, uint32_t now_ms)
{
	send_user_control(s, PING_REQUEST, now_ms);
}

static int
on_connect(struct session *s, double txn, struct amf *a)
{
	struct command_connect c;
	uint8_t bandwidth[5] = {[4] = 2 /* dynamic */};
	struct buf b;

	command_parse_connect(a, &c);
	if (a->bad)
		return fail(s, "connect is malformed");
	(void)snprintf(s->app, sizeof(s->app), "%.*s", STRF(c.app));
	(void)snprintf(s->encoder, sizeof(s->encoder), "%.*s", STRF(c.encoder));
	s->connected = true;
	s->can = c.can;
	put_u32(bandwidth, SESSION_WINDOW);
	send_u32(s, CHUNK_WINDOW, SESSION_WINDOW);
	send_message(s, 2, CHUNK_BANDWIDTH, 0, bandwidth, sizeof(bandwidth));
	send_u32(s, CHUNK_SET_SIZE, CHUNK_SIZE_OURS);
	s->out_size = CHUNK_SIZE_OURS;
	buf_init(&b, SESSION_OUT_MAX);
	command_connected(&b, txn, c.enhanced);
	send_command(s, 0, &b);
	buf_fini(&b);
	return 0;
}

/* The answer to a call: a number when VALUE is one, else null. */
static void
answer(struct session *s, double txn, const double *value)
{
	struct buf b;

	if (!(txn > 0))
		return;
	buf_init(&b, SESSION_OUT_MAX);
	command_result(&b, txn, value);
	send_command(s, 0, &b);
	buf_fini(&b);
}

static int
on_create_stream(struct session *s, double txn)
{
	double id;

	if (s->streams == SESSION_STREAMS_MAX)
		return fail(s, "too many createStream");
	id = ++s->streams;
	answer(s, txn, &id);
	return 0;
}

static int
on_publish(struct session *s, uint32_t stream, struct amf *a)
{
	struct str key;
	const char *query;

	amf_skip(a); /* the command object, null */
	key = amf_string(a);
	if (!s->connected)
		return fail(s, "publish before connect");
	if (a->bad)
		return fail(s, "publish without a name");
	if (s->state == SESSION_PUBLISHING) {
		session_refuse(s, "NetStream.Publish.BadName",
		    "This connection publishes already.");
		s->ops->unpublish(s->ctx);
		return 0;
	}
	query = key.len > 0 ? memchr(key.p, '?', key.len) : NULL;
	if (query != NULL)
		key.len = (size_t)(query - key.p);
	s->publishing = stream;
	s->state = SESSION_ASKING;
	s->ops->publish(s->ctx, str_from(s->app), key);
	return s->state == SESSION_ASKING;
}

static void
unpublish(struct session *s)
{
	if (s->state != SESSION_PUBLISHING)
		return;
	s->state = SESSION_OPEN;
	send_status(s, s->publishing, "status", "NetStream.Unpublish.Success",
	    "Until next time.");
	s->ops->unpublish(s->ctx);
}

static int
on_command(struct session *s, uint32_t stream, const uint8_t *p, size_t len)
{
	static const double zero = 0;
	enum command command;
	struct buf b;
	struct amf a;
	double txn;

	amf_init(&a, p, len);
	command = command_named(amf_string(&a));
	/* Some clients leave the transaction out where none is needed. */
	txn = amf_peek(&a) == AMF_NUMBER ? amf_number(&a) : 0;
	if (a.bad)
		return fail(s, "a command that is no AMF0");
	switch (command) {
	case COMMAND_CONNECT:
		return on_connect(s, txn, &a);
	case COMMAND_CREATE_STREAM:
		return on_create_stream(s, txn);
	case COMMAND_PUBLISH:
		return on_publish(s, stream, &a);
	case COMMAND_UNPUBLISH:
		answer(s, txn, NULL);
		unpublish(s);
		return 0;
	case COMMAND_CLOSE_STREAM:
		unpublish(s);
		return 0;
	case COMMAND_ACKNOWLEDGED:
		answer(s, txn, NULL);
		return 0;
	case COMMAND_ZERO:
		answer(s, txn, &zero);
		return 0;
	case COMMAND_PLAY:
		s->publishing = stream;
		session_refuse(s, "NetStream.Play.Failed",
		    "Nothing is played over RTMP here; watch in a browser.");
		return 0;
	case COMMAND_ANSWER:
		return 0;
	case COMMAND_UNKNOWN:
	default:
		break;
	}
	if (txn > 0) {
		buf_init(&b, SESSION_OUT_MAX);
		command_unknown(&b, txn);
		send_command(s, 0, &b);
		buf_fini(&b);
	}
	return 0;
}

static int
on_user_control(struct session *s, const uint8_t *p, size_t len)
{
	if (len < 2)
		return fail(s, "user control message of a wrong length");
	if (p[0] == 0 && p[1] == PING_REQUEST) {
		if (len < 6)
			return fail(s, "ping of a wrong length");
		send_user_control(
		    s, PING_RESPONSE, (uint32_t)p[2] << 24 | get_u24(p + 3));
	}
	return 0;
}

static void
on_media(struct session *s, enum session_media kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len)
{
	/* What comes before the answer to publish has no place to go. */
	if (s->state == SESSION_PUBLISHING && len > 0)
		s->ops->media(s->ctx, kind, timestamp_ms, p, len);
}

static int
on_aggregate(struct session *s, const struct chunk_message *m)
{
	struct aggregate_tag t;
	struct aggregate a;

	aggregate_init(&a, m->timestamp_ms, m->p, m->len);
	while (aggregate_next(&a, &t)) {
		if (t.type == CHUNK_AUDIO)
			on_media(s, SESSION_AUDIO, t.timestamp_ms, t.p, t.len);
		else if (t.type == CHUNK_VIDEO)
			on_media(s, SESSION_VIDEO, t.timestamp_ms, t.p, t.len);
	}
	return a.bad ? fail(s, "aggregate cut short") : 0;
}

static int
on_message(void *ctx, const struct chunk_message *m)
{
	struct session *s = ctx;
	uint32_t window;

	if (s->state == SESSION_CLOSING)
		return 0;
	switch (m->type) {
	case CHUNK_AUDIO:
		on_media(s, SESSION_AUDIO, m->timestamp_ms, m->p, m->len);
		return 0;
	case CHUNK_VIDEO:
		on_media(s, SESSION_VIDEO, m->timestamp_ms, m->p, m->len);
		return 0;
	case CHUNK_AGGREGATE:
		return on_aggregate(s, m);
	case CHUNK_DATA:
		on_media(s, SESSION_DATA, m->timestamp_ms, m->p, m->len);
		return 0;
	case CHUNK_DATA_AMF3:
		/* AMF0 behind a byte that says so, whatever its name. */
		if (m->len > 1)
			on_media(s, SESSION_DATA, m->timestamp_ms, m->p + 1,
			    m->len - 1);
		return 0;
	case CHUNK_COMMAND:
		return on_command(s, m->stream, m->p, m->len);
	case CHUNK_COMMAND_AMF3:
		if (m->len < 1)
			return fail(s, "an empty command");
		return on_command(s, m->stream, m->p + 1, m->len - 1);
	case CHUNK_USER_CONTROL:
		return on_user_control(s, m->p, m->len);
	case CHUNK_WINDOW:
		if (m->len != 4)
			return fail(s, "window of a wrong length");
		window = (uint32_t)m->p[0] << 24 | get_u24(m->p + 1);
		s->ack_every = window / 2 > ACK_LEAST ? window / 2 : ACK_LEAST;
		return 0;
	default:
		return 0;
	}
}

bool
session_owes(const struct session *s)
{
	return s->handshake == NULL && s->received - s->acked >= s->ack_every;
}

void
session_acknowledge(struct session *s)
{
	if (!session_owes(s))
		return;
	s->acked = s->received;
	send_u32(s, CHUNK_ACK, (uint32_t)s->received);
}

ssize_t
session_feed(struct session *s, const uint8_t *p, size_t n)
{
	size_t taken = 0;
	ssize_t k;

	if (s->state == SESSION_CLOSING)
		return (ssize_t)n;
	if (s->state == SESSION_ASKING)
		return 0;
	if (s->handshake != NULL) {
		if ((k = handshake_feed(s->handshake, p, n, &s->out)) == -1) {
			because(s, "no RTMP handshake");
			return -1;
		}
		taken = (size_t)k;
		if (handshake_done(s->handshake)) {
			free(s->handshake);
			s->handshake = NULL;
		}
	}
	if (s->handshake == NULL) {
		k = chunk_reader_feed(s->chunks, p + taken, n - taken);
		if (k == -1)
			return -1;
		taken += (size_t)k;
	}
	s->received += taken;
	if (s->out.failed) {
		because(s, "the peer does not read its answers");
		errno = EMSGSIZE;
		return -1;
	}
	return s->state == SESSION_CLOSING ? (ssize_t)n : (ssize_t)taken;
}
