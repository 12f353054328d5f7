#include "coding.h"
#include "flv.h"
#include "session.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* An owner that answers as the first byte says. */
struct owner {
	struct session *s;
	unsigned how;
};

static void
on_publish(void *ctx, struct str app, struct str key)
{
	struct owner *o = ctx;

	(void)app;
	(void)key;
	if (o->how % 4 == 0)
		session_accept(o->s);
	else if (o->how % 4 == 1)
		session_refuse(o->s, "NetStream.Publish.Unauthorized", "No.");
}

static void
on_media(void *ctx, enum session_media kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len)
{
	struct owner *o = ctx;
	struct flv_metadata m;
	struct coding_config c;
	struct flv_tag t;
	struct flv f;
	const char *why;
	int rc;

	(void)timestamp_ms;
	if (kind == SESSION_DATA) {
		(void)flv_metadata(&m, p, len);
		return;
	}
	flv_begin(
	    &f, kind == SESSION_VIDEO ? MEDIA_VIDEO : MEDIA_AUDIO, p, len);
	while ((rc = flv_next(&f, &t)) == 1)
		if (t.kind == FLV_CONFIG)
			(void)coding_configure(&c, t.coding, t.p, t.len, &why);
	if (rc == -1 && (o->how & 8))
		session_refuse(o->s, "NetStream.Publish.Rejected", "No.");
}

static void
on_unpublish(void *ctx)
{
	(void)ctx;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct session_ops ops = {
	    on_publish, on_media, on_unpublish};
	static const uint8_t hello[1 + 2 * 1536] = {3};
	struct owner o = {.how = len > 0 ? data[0] : 0};

	if (len < 1)
		return 0;
	if ((o.s = session_open(&ops, &o, len)) == NULL)
		abort();
	if (session_feed(o.s, hello, sizeof(hello)) != sizeof(hello))
		abort();
	for (size_t at = 1; at < len;) {
		size_t n = len - at < 1000 ? len - at : 1000;
		ssize_t k = session_feed(o.s, data + at, n);

		if (k == -1) {
			if (*session_why(o.s) == '\0')
				abort();
			break;
		}
		if (session_state(o.s) == SESSION_ASKING) {
			if (o.how & 4)
				session_accept(o.s);
			else
				session_refuse(o.s, "code", "later");
		} else if (k != (ssize_t)n) {
			abort();
		}
		at += (size_t)k;
		if (o.how & 16)
			session_ping(o.s, 1);
	}
	session_close(o.s);
	return 0;
}
