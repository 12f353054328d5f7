#include "link.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* A buffer that is empty keeps so much memory: connections are many. */
enum { KEPT_BYTES = 16 * 1024 };

static void
empty(struct buf *b)
{
	if (b->cap > KEPT_BYTES)
		buf_fini(b);
	buf_reset(b);
}

void
link_init(struct link *l, int fd, struct str type, size_t message_max_bytes,
    size_t unsent_max_bytes)
{
	*l = (struct link){
	    .fd = fd,
	    .type = type,
	    .peer = {.message_max_bytes = message_max_bytes},
	};
	buf_init(&l->in,
	    message_max_bytes + ZMTP_HEAD_MAX_BYTES + ZMTP_GREETING_BYTES);
	buf_init(&l->out, unsent_max_bytes);
	zmtp_put_greeting(&l->out);
}

void
link_fini(struct link *l)
{
	(void)close(l->fd);
	l->fd = -1;
	buf_fini(&l->in);
	buf_fini(&l->out);
}

int
link_receive(struct link *l, uint8_t *room, size_t cap)
{
	bool part = l->in.len > 0;
	ssize_t n;

	if (part) {
		if (buf_reserve(&l->in, l->want - l->in.len) == -1)
			return -1;
		room = l->in.p + l->in.len;
		cap = l->want - l->in.len;
	}
	n = recv(l->fd, room, cap, MSG_DONTWAIT);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (n == 0)
		return -1;
	if (!part) {
		l->got = (struct str){(const char *)room, (size_t)n};
		return 1;
	}
	l->in.len += (size_t)n;
	l->got = l->in.len < l->want ? (struct str){0} : buf_str(&l->in);
	return 1;
}

/* What is left of GOT is the beginning of what takes WANT bytes. */
static enum zmtp_item
keep(struct link *l, size_t want)
{
	bool kept = l->got.len == 0 || l->got.p == (const char *)l->in.p ||
		    buf_putstr(&l->in, l->got) == 0;

	l->want = want;
	l->got = (struct str){0};
	return kept ? ZMTP_PART : ZMTP_BAD;
}

enum zmtp_item
link_next(struct link *l, struct str *said)
{
	for (;;) {
		enum zmtp_item item;
		size_t size;

		if (l->got.len == 0) {
			/* All that was in part is taken, if it was whole. */
			if (l->in.len >= l->want)
				empty(&l->in);
			return ZMTP_PART;
		}
		item = zmtp_next(&l->peer, l->got, &size, said);
		if (item == ZMTP_PART)
			return keep(l, size);
		if (item == ZMTP_BAD)
			return item;
		l->got.p += size;
		l->got.len -= size;
		if (item == ZMTP_GREETED)
			zmtp_put_ready(&l->out, l->type);
		else if (item == ZMTP_PING)
			zmtp_put_pong(&l->out, *said);
		else if (item != ZMTP_OTHER)
			return item;
		if (l->out.failed)
			return ZMTP_BAD;
	}
}

int
link_say(struct link *l, struct str message)
{
	zmtp_put_message(&l->out, message);
	if (!l->out.failed)
		return 0;
	/* Others may be shorter. */
	l->out.failed = false;
	return -1;
}

int
link_flush(struct link *l)
{
	while (l->sent < l->out.len) {
		ssize_t n = send(l->fd, l->out.p + l->sent,
		    l->out.len - l->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EAGAIN)
			return -1;
		if (n == -1) {
			/* For what comes behind there is room again. */
			if (l->sent > l->out.len / 2) {
				buf_consume(&l->out, l->sent);
				l->sent = 0;
			}
			return 0;
		}
		l->sent += (size_t)n;
	}
	empty(&l->out);
	l->sent = 0;
	return 1;
}
