#include "conn.h"

#include "download.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_BYTES = 1024 };

struct conn *
conn_make(int fd, const struct sockaddr_storage *peer)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->fd = fd;
	c->peer = address_of(peer);
	c->x.fd = fd;
	out_init(&c->out);
	return c;
}

void
conn_free(struct conn *c)
{
	wait_fini(&c->wait);
	out_fini(&c->out);
	download_end(&c->x);
	(void)close(c->fd);
	free(c->in);
	free(c);
}

void
conn_list_add(struct conn_list *l, struct conn *c)
{
	c->next = NULL;
	c->prev = l->last;
	if (l->last != NULL)
		l->last->next = c;
	else
		l->first = c;
	l->last = c;
}

void
conn_list_remove(struct conn_list *l, struct conn *c)
{
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		l->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	else
		l->last = c->prev;
	c->prev = c->next = NULL;
}

/* Room for the rest of the request, or for more of its head. */
static bool
grow(struct conn *c)
{
	size_t cap = c->in_cap > 0 ? 2 * c->in_cap : FIRST_BYTES;
	char *in;

	if (c->need > 0)
		cap = c->need;
	else if (cap > FRAME_MAX_HEAD)
		cap = FRAME_MAX_HEAD;
	if ((in = realloc(c->in, cap)) == NULL)
		return false;
	c->in = in;
	c->in_cap = cap;
	return true;
}

static void
refuse(struct conn *c)
{
	if (c->fault == FAULT_NONE)
		c->fault = FAULT_FRAME;
}

/* The request's head is whole: END octets. */
static void
begin(struct conn *c, size_t end)
{
	c->need = end;
	if (frame_read(c->in, end, &c->frame, &c->refusal.status,
		&c->refusal.why) == -1) {
		refuse(c);
	} else if (c->frame.body_bytes > CONN_MAX_BODY) {
		refuse(c);
		c->refusal.status = 413;
		c->refusal.why = "The content is too large.";
	} else {
		c->need += (size_t)c->frame.body_bytes;
	}
}

/* What the octets that are there amount to. */
static enum conn_input
look(struct conn *c)
{
	size_t end;

	if (c->need == 0) {
		/* RFC 9112, 2.2: empty lines before a request are none. */
		size_t blank = 0;

		while (blank + 1 < c->in_bytes && c->in[blank] == '\r' &&
		       c->in[blank + 1] == '\n')
			blank += 2;
		if (blank > 0) {
			c->in_bytes -= blank;
			c->seen = 0;
			memmove(c->in, c->in + blank, c->in_bytes);
		}
		end = frame_end((struct str){c->in, c->in_bytes}, c->seen);
		c->seen = c->in_bytes;
		if (end > 0)
			begin(c, end);
	}
	if (c->need > 0)
		return c->in_bytes >= c->need ? CONN_WHOLE : CONN_PART;
	return c->in_bytes >= FRAME_MAX_HEAD ? CONN_FULL : CONN_PART;
}

enum conn_input
conn_read(struct conn *c)
{
	for (;;) {
		enum conn_input input;
		ssize_t n;
		size_t room;

		if (c->in_bytes == c->in_cap && !grow(c))
			return CONN_GONE;
		room = c->in_cap - c->in_bytes;
		n = recv(c->fd, c->in + c->in_bytes, room, MSG_DONTWAIT);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return CONN_PART;
		if (n <= 0)
			return CONN_GONE;
		c->in_bytes += (size_t)n;
		input = look(c);
		if (input != CONN_PART || (size_t)n < room)
			return input;
	}
}

struct str
conn_request(const struct conn *c)
{
	return (struct str){c->in + c->frame.skip, c->need - c->frame.skip};
}

enum conn_input
conn_next(struct conn *c)
{
	c->in_bytes -= c->need;
	memmove(c->in, c->in + c->need, c->in_bytes);
	c->need = c->seen = 0;
	c->frame = (struct frame){.keep_alive = false};
	if (c->in_bytes > 0)
		return look(c);
	/* Who says nothing more needs no memory. */
	free(c->in);
	c->in = NULL;
	c->in_cap = 0;
	return CONN_PART;
}
