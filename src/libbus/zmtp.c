#include "zmtp.h"

#include <string.h>

/* The first byte of a frame, by its bits. */
enum { FRAME_MORE = 1, FRAME_LONG = 2, FRAME_COMMAND = 4, FRAME_BITS = 7 };

enum {
	/* Offsets in a greeting. */
	AT_MAJOR = 10,
	AT_MECHANISM = 12,
	MECHANISM_BYTES = 20,
	COMMAND_MAX_BYTES = 4096,
	CONTEXT_MAX_BYTES = 16 /* of a PING, behind a time of 2 bytes */
};

static const uint8_t mechanism[MECHANISM_BYTES] = "NULL";

static bool
is_greeting(const uint8_t *p)
{
	return p[0] == 0xff && (p[9] & 1) == 1 && p[AT_MAJOR] >= 3 &&
	       memcmp(p + AT_MECHANISM, mechanism, sizeof(mechanism)) == 0;
}

/* Take N bytes off the front of S into *OUT.  False: there are not as many. */
static bool
cut(struct str *s, size_t n, struct str *out)
{
	if (s->len < n)
		return false;
	*out = (struct str){s->p, n};
	s->p += n;
	s->len -= n;
	return true;
}

/* The same behind their number, which has WIDTH bytes. */
static bool
cut_counted(struct str *s, size_t width, struct str *out)
{
	struct str count;
	size_t n = 0;

	if (!cut(s, width, &count))
		return false;
	for (size_t i = 0; i < width; i++)
		n = n << 8 | (uint8_t)count.p[i];
	return cut(s, n, out);
}

/* METADATA names the type of socket: is it one that talks with ours? */
static bool
fits(struct str metadata)
{
	struct str name, value;
	bool is = false;

	while (metadata.len > 0) {
		if (!cut_counted(&metadata, 1, &name) ||
		    !cut_counted(&metadata, 4, &value))
			return false;
		if (str_eqz(name, "Socket-Type"))
			is = str_eqz(value, "DEALER") ||
			     str_eqz(value, "ROUTER");
	}
	return is;
}

static enum zmtp_item
command(struct zmtp *z, struct str body, struct str *out)
{
	struct str name, time;

	if (!cut_counted(&body, 1, &name))
		return ZMTP_BAD;
	/* It comes first, and once. */
	if (str_eqz(name, "READY") == z->ready)
		return ZMTP_BAD;
	if (!z->ready) {
		z->ready = fits(body);
		return z->ready ? ZMTP_READY : ZMTP_BAD;
	}
	if (!str_eqz(name, "PING"))
		return ZMTP_OTHER;
	if (!cut(&body, 2, &time) || body.len > CONTEXT_MAX_BYTES)
		return ZMTP_BAD;
	*out = body;
	return ZMTP_PING;
}

/* Read the head of a frame: its bytes and those of its body. */
static bool
frame_head(struct str in, size_t *head, uint64_t *len)
{
	const uint8_t *p = (const uint8_t *)in.p;

	*head =
	    in.len > 0 && (p[0] & FRAME_LONG) != 0 ? ZMTP_HEAD_MAX_BYTES : 2;
	if (in.len < *head)
		return false;
	*len = 0;
	for (size_t i = 1; i < *head; i++)
		*len = *len << 8 | p[i];
	return true;
}

enum zmtp_item
zmtp_next(struct zmtp *z, struct str in, size_t *size, struct str *body)
{
	uint8_t bits;
	uint64_t len;
	bool more;

	if (!z->greeted) {
		*size = ZMTP_GREETING_BYTES;
		/* A stranger shows at once, and need not be waited for. */
		if (in.len > 0 && (uint8_t)in.p[0] != 0xff)
			return ZMTP_BAD;
		if (in.len < *size)
			return ZMTP_PART;
		z->greeted = is_greeting((const uint8_t *)in.p);
		return z->greeted ? ZMTP_GREETED : ZMTP_BAD;
	}
	if (!frame_head(in, size, &len))
		return ZMTP_PART;
	bits = (uint8_t)in.p[0];
	if ((bits & ~FRAME_BITS) != 0 ||
	    len > ((bits & FRAME_COMMAND) != 0 ? (size_t)COMMAND_MAX_BYTES
					       : z->message_max_bytes))
		return ZMTP_BAD;
	*body = (struct str){in.p + *size, (size_t)len};
	*size += (size_t)len;
	if (in.len < *size)
		return ZMTP_PART;
	if ((bits & FRAME_COMMAND) != 0)
		return command(z, *body, body);
	if (!z->ready)
		return ZMTP_BAD;
	more = (bits & FRAME_MORE) != 0;
	if (!more && !z->odd)
		return ZMTP_MESSAGE;
	z->odd = more;
	return more ? ZMTP_OTHER : ZMTP_ODD;
}

void
zmtp_put_greeting(struct buf *b)
{
	uint8_t p[ZMTP_GREETING_BYTES] = {[0] = 0xff, [9] = 0x7f};

	p[AT_MAJOR] = 3;
	memcpy(p + AT_MECHANISM, mechanism, sizeof(mechanism));
	(void)buf_put(b, p, sizeof(p));
}

/* The head of a frame of LEN bytes. */
static void
put_head(struct buf *b, uint8_t bits, size_t len)
{
	uint8_t p[ZMTP_HEAD_MAX_BYTES] = {bits, (uint8_t)len};

	if (len <= UINT8_MAX) {
		(void)buf_put(b, p, 2);
		return;
	}
	p[0] |= FRAME_LONG;
	for (size_t i = 0; i < 8; i++)
		p[8 - i] = (uint8_t)((uint64_t)len >> 8 * i);
	(void)buf_put(b, p, sizeof(p));
}

void
zmtp_put_ready(struct buf *b, struct str type)
{
	static const struct str name = {"\5READY\13Socket-Type\0\0\0", 21};
	uint8_t len = (uint8_t)type.len;

	put_head(b, FRAME_COMMAND, name.len + 1 + type.len);
	(void)buf_putstr(b, name);
	(void)buf_put(b, &len, 1);
	(void)buf_putstr(b, type);
}

void
zmtp_put_pong(struct buf *b, struct str context)
{
	put_head(b, FRAME_COMMAND, 5 + context.len);
	(void)buf_puts(b, "\4PONG");
	(void)buf_putstr(b, context);
}

void
zmtp_put_message(struct buf *b, struct str body)
{
	/* All of it or nothing: half a message would end the connection. */
	if (buf_reserve(b, ZMTP_HEAD_MAX_BYTES + body.len) == -1)
		return;
	put_head(b, 0, body.len);
	(void)buf_putstr(b, body);
}
