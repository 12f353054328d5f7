#include "amf.h"
#include "chunk.h"
#include "session.h"
#include "tap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HANDSHAKE = 1 + 2 * 1536 };

/* An owner that keeps what it heard, as text. */
struct owner {
	struct session *s;
	bool accept; /* at once */
	struct buf heard;
};

static void
on_publish(void *ctx, struct str app, struct str key)
{
	struct owner *o = ctx;

	(void)buf_printf(&o->heard, "publish %.*s/%.*s ", STRF(app), STRF(key));
	if (o->accept)
		session_accept(o->s);
}

static void
on_media(void *ctx, enum session_media kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len)
{
	struct owner *o = ctx;

	(void)p;
	(void)buf_printf(
	    &o->heard, "%c@%u:%zu ", "avd"[kind], timestamp_ms, len);
}

static void
on_unpublish(void *ctx)
{
	(void)buf_puts(&((struct owner *)ctx)->heard, "unpublish ");
}

static const struct session_ops ops = {on_publish, on_media, on_unpublish};

static void
owner_init(struct owner *o, bool accept)
{
	*o = (struct owner){.accept = accept};
	buf_init(&o->heard, 65536);
	if ((o->s = session_open(&ops, o, 7)) == NULL)
		exit(1);
}

static void
owner_fini(struct owner *o)
{
	session_close(o->s);
	buf_fini(&o->heard);
}

static bool
heard(struct owner *o, const char *want)
{
	bool same = str_eqz(buf_str(&o->heard), want);

	if (!same)
		printf("# heard %.*s\n", STRF(buf_str(&o->heard)));
	return same;
}

/* True when the bytes TEXT stand somewhere in the answers. */
static bool
said(struct owner *o, const char *text)
{
	const struct buf *b = session_out(o->s);

	return b->len > 0 && memmem(b->p, b->len, text, strlen(text)) != NULL;
}

static void
put_message(struct buf *b, uint8_t type, uint32_t stream, uint32_t time,
    const struct buf *body)
{
	struct chunk_message m = {type == CHUNK_COMMAND ? 3 : 4, type, stream,
	    time, body->p, body->len};

	chunk_put(b, &m, CHUNK_SIZE_FIRST);
}

/* A connect's TEXT: its capsEx, or none. */
static void
put_command(struct buf *b, uint32_t stream, const char *name, double txn,
    const char *text)
{
	struct buf body;

	buf_init(&body, 65536);
	amf_put_string(&body, str_from(name));
	amf_put_number(&body, txn);
	if (strcmp(name, "connect") == 0) {
		amf_put_object(&body);
		amf_put_key(&body, STR("app"));
		amf_put_string(&body, STR("live"));
		amf_put_key(&body, STR("flashVer"));
		amf_put_string(&body, STR("FMLE/3.0 (test)"));
		if (text != NULL) {
			amf_put_key(&body, STR("capsEx"));
			amf_put_number(&body, strtod(text, NULL));
			text = NULL;
		}
		amf_put_end(&body);
	} else {
		amf_put_null(&body);
	}
	if (text != NULL)
		amf_put_string(&body, str_from(text));
	put_message(b, CHUNK_COMMAND, stream, 0, &body);
	buf_fini(&body);
}

static void
put_media(struct buf *b, uint8_t type, uint32_t time, size_t len)
{
	struct buf body;

	buf_init(&body, 1 << 20);
	for (size_t i = 0; i < len; i++)
		(void)buf_put(&body, "x", 1);
	put_message(b, type, 1, time, &body);
	buf_fini(&body);
}

/* What an encoder sends up to its publish. */
static void
put_start(struct buf *b, const char *key)
{
	uint8_t hello[HANDSHAKE] = {3};

	(void)buf_put(b, hello, sizeof(hello));
	put_command(b, 0, "connect", 1, NULL);
	put_command(b, 0, "releaseStream", 2, key);
	put_command(b, 0, "FCPublish", 3, key);
	put_command(b, 0, "createStream", 4, NULL);
	put_command(b, 1, "publish", 5, key);
}

static void
whole_session(size_t step)
{
	struct owner o;
	struct buf b;
	bool taken = true;

	owner_init(&o, true);
	buf_init(&b, 1 << 20);
	put_start(&b, "secret?token=1");
	put_media(&b, CHUNK_DATA, 0, 10);
	put_media(&b, CHUNK_VIDEO, 0, 1000);
	put_media(&b, CHUNK_AUDIO, 5, 200);
	put_command(&b, 0, "FCUnpublish", 6, "secret");
	put_command(&b, 0, "deleteStream", 0, NULL);
	for (size_t at = 0; at < b.len && taken; at += step) {
		size_t n = b.len - at < step ? b.len - at : step;

		taken = session_feed(o.s, b.p + at, n) == (ssize_t)n;
	}
	OK(taken);
	OK(heard(&o, "publish live/secret d@0:10 v@0:1000 a@5:200 unpublish "));
	OK(strcmp(session_encoder(o.s), "FMLE/3.0 (test)") == 0);
	OK(said(&o, "NetConnection.Connect.Success"));
	OK(said(&o, "NetStream.Publish.Start"));
	OK(said(&o, "NetStream.Unpublish.Success"));
	OK(session_state(o.s) == SESSION_OPEN);
	buf_fini(&b);
	owner_fini(&o);
}

/* It is told how much came when its owner has read all. */
static void
acknowledges(void)
{
	struct owner o;
	struct buf b;
	size_t len;

	owner_init(&o, true);
	buf_init(&b, 2 * SESSION_WINDOW);
	put_start(&b, "secret");
	OK(session_feed(o.s, b.p, b.len) == (ssize_t)b.len);
	OK(!session_owes(o.s));
	len = session_out(o.s)->len;
	session_acknowledge(o.s);
	OK(session_out(o.s)->len == len);
	buf_reset(&b);
	for (uint32_t ms = 0; b.len < SESSION_WINDOW / 2; ms += 40)
		put_media(&b, CHUNK_VIDEO, ms, 60000);
	OK(session_feed(o.s, b.p, b.len) == (ssize_t)b.len);
	OK(session_owes(o.s) && session_out(o.s)->len == len);
	session_acknowledge(o.s);
	OK(!session_owes(o.s) && session_out(o.s)->len == len + 12 + 4);
	buf_fini(&b);
	owner_fini(&o);
}

static void
waits_for_the_answer(void)
{
	struct owner o;
	struct buf b;
	ssize_t k;

	owner_init(&o, false);
	buf_init(&b, 1 << 20);
	put_start(&b, "k");
	put_media(&b, CHUNK_VIDEO, 3, 5);
	k = session_feed(o.s, b.p, b.len);
	OK(k > 0 && (size_t)k == b.len - 12 - 5);
	OK(session_state(o.s) == SESSION_ASKING);
	OK(session_feed(o.s, b.p + k, b.len - (size_t)k) == 0);
	OK(heard(&o, "publish live/k "));
	OK(!said(&o, "NetStream.Publish.Start"));
	session_accept(o.s);
	OK(said(&o, "NetStream.Publish.Start"));
	OK(session_feed(o.s, b.p + k, b.len - (size_t)k) == 17);
	OK(heard(&o, "publish live/k v@3:5 "));
	buf_fini(&b);
	owner_fini(&o);
}

static void
refuses(void)
{
	struct owner o;
	struct buf b;

	owner_init(&o, false);
	buf_init(&b, 1 << 20);
	put_start(&b, "");
	(void)session_feed(o.s, b.p, b.len);
	OK(heard(&o, "publish live/ "));
	session_refuse(o.s, "NetStream.Publish.Unauthorized", "No such key.");
	OK(session_state(o.s) == SESSION_CLOSING);
	OK(said(&o, "NetStream.Publish.Unauthorized"));
	OK(strcmp(session_why(o.s), "No such key.") == 0);
	/* What still comes is swallowed. */
	OK(session_feed(o.s, b.p, b.len) == (ssize_t)b.len);
	owner_fini(&o);

	owner_init(&o, true);
	put_command(&b, 1, "publish", 6, "other");
	(void)session_feed(o.s, b.p, b.len);
	OK(session_state(o.s) == SESSION_CLOSING);
	OK(said(&o, "NetStream.Publish.BadName"));
	owner_fini(&o);

	owner_init(&o, true);
	buf_reset(&b);
	put_start(&b, "k");
	b.len -= 12 + 3 + 7 + 9 + 1 + 4; /* all but the publish */
	put_command(&b, 1, "play", 0, "k");
	(void)session_feed(o.s, b.p, b.len);
	OK(session_state(o.s) == SESSION_CLOSING);
	OK(said(&o, "NetStream.Play.Failed"));
	OK(heard(&o, ""));
	owner_fini(&o);
	buf_fini(&b);
}

static void
reconnects(const char *caps, bool can)
{
	uint8_t hello[HANDSHAKE] = {3};
	struct owner o;
	struct buf b;

	owner_init(&o, true);
	buf_init(&b, 1 << 20);
	(void)buf_put(&b, hello, sizeof(hello));
	put_command(&b, 0, "connect", 1, caps);
	OK(session_feed(o.s, b.p, b.len) == (ssize_t)b.len);
	OK(said(&o, "videoFourCcInfoMap") == (caps != NULL));
	/* Who publishes nothing is not asked. */
	OK(!session_reconnect(o.s, "Come back."));
	buf_reset(&b);
	put_command(&b, 1, "publish", 5, "k");
	OK(session_feed(o.s, b.p, b.len) == (ssize_t)b.len);
	OK(session_reconnect(o.s, "Come back.") == can);
	OK(said(&o, "NetConnection.Connect.ReconnectRequest") == can);
	OK((session_state(o.s) == SESSION_CLOSING) == can);
	buf_fini(&b);
	owner_fini(&o);
}

static int
error_after(void (*more)(struct buf *b))
{
	uint8_t hello[HANDSHAKE] = {3};
	struct owner o;
	struct buf b;
	int error = 0;

	owner_init(&o, true);
	buf_init(&b, 4 << 20);
	(void)buf_put(&b, hello, sizeof(hello));
	more(&b);
	if (session_feed(o.s, b.p, b.len) == -1)
		error = *session_why(o.s) != '\0' ? errno : -1;
	buf_fini(&b);
	owner_fini(&o);
	return error;
}

static void
publish_first(struct buf *b)
{
	put_command(b, 1, "publish", 1, "k");
}

static void
no_amf(struct buf *b)
{
	put_media(b, CHUNK_COMMAND, 0, 20);
}

static void
streams(struct buf *b)
{
	for (int i = 0; i < SESSION_STREAMS_MAX + 1; i++)
		put_command(b, 0, "createStream", i + 1, NULL);
}

/* The peer asks and asks and does not read. */
static void
calls(struct buf *b)
{
	for (int i = 0; i < 5000; i++)
		put_command(b, 0, "nonsense", 1, NULL);
}

static void
drops(void)
{
	OK(error_after(publish_first) == EBADMSG);
	OK(error_after(no_amf) == EBADMSG);
	OK(error_after(streams) == EBADMSG);
	OK(error_after(calls) == EMSGSIZE);
}

static void
control(void)
{
	const uint8_t ping[] = {
	    2, 0, 0, 0, 0, 0, 6, 4, 0, 0, 0, 0, 0, 6, 1, 2, 3, 4};
	const uint8_t window[] = {
	    2, 0, 0, 0, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0, 0, 1};
	struct owner o;
	struct buf b;
	size_t before;

	owner_init(&o, true);
	buf_init(&b, 4 << 20);
	put_start(&b, "k");
	(void)buf_put(&b, ping, sizeof(ping));
	(void)buf_put(&b, window, sizeof(window));
	(void)session_feed(o.s, b.p, b.len);
	OK(memmem(session_out(o.s)->p, session_out(o.s)->len, "\0\7\1\2\3\4",
	       6) != NULL);
	/* A window of one byte does not make us say so for every byte. */
	before = session_out(o.s)->len;
	buf_reset(&b);
	for (int i = 0; i < 40; i++)
		put_media(&b, CHUNK_VIDEO, 0, 1000);
	for (size_t i = 0; i < b.len; i++) {
		if (session_feed(o.s, b.p + i, 1) != 1)
			break;
		session_acknowledge(o.s);
	}
	OK(session_out(o.s)->len == before + 2 * 16);
	buf_fini(&b);
	owner_fini(&o);
}

static void
aggregates(void)
{
	const uint8_t tags[] = {9, 0, 0, 2, 0, 0, 100, 0, 0, 0, 0, 'x', 'y', 0,
	    0, 0, 13, 8, 0, 0, 1, 0, 0, 110, 0, 0, 0, 0, 'z', 0, 0, 0, 12};
	struct owner o;
	struct buf b, body;

	owner_init(&o, true);
	buf_init(&b, 1 << 20);
	buf_init(&body, 1 << 20);
	put_start(&b, "k");
	(void)buf_put(&body, tags, sizeof(tags));
	put_message(&b, CHUNK_AGGREGATE, 1, 1000, &body);
	OK(session_feed(o.s, b.p, b.len) == (ssize_t)b.len);
	OK(heard(&o, "publish live/k v@1000:2 a@1010:1 "));
	buf_reset(&b);
	body.len = 12;
	put_message(&b, CHUNK_AGGREGATE, 1, 1000, &body);
	OK(session_feed(o.s, b.p, b.len) == -1 && errno == EBADMSG);
	buf_fini(&body);
	buf_fini(&b);
	owner_fini(&o);
}

int
main(void)
{
	whole_session(1);
	whole_session(7);
	whole_session(100000);
	acknowledges();
	waits_for_the_answer();
	refuses();
	reconnects(NULL, false);
	reconnects("6", false);
	reconnects("15", true);
	drops();
	control();
	aggregates();
	return tap_done();
}
