#include "pending.h"

#include <errno.h>

/* Make what is in B the bytes of P.  0, or -1 with errno. */
static int
fill(struct pending *p, const struct buf *b, uint64_t number)
{
	zmq_msg_t msg;

	if (b->failed) {
		errno = EMSGSIZE;
		return -1;
	}
	if (zmq_msg_init_size(&msg, b->len) == -1)
		return -1;
	memcpy(zmq_msg_data(&msg), b->p, b->len);
	(void)zmq_msg_move(&p->msg, &msg);
	(void)zmq_msg_close(&msg);
	p->bytes = b->len;
	p->number = number;
	p->sent = false;
	p->tries = 0;
	return 0;
}

struct pending *
pending_append(struct str events, uint64_t number, struct buf *b)
{
	struct str event[BUS_MAX_BATCH];
	struct pending *p;
	size_t n = 0, at = 0;

	if (events.len > BUS_MAX_BATCH_BYTES)
		goto too_much;
	while (at < events.len) {
		ptrdiff_t len = mp_size(events.p + at, events.len - at);

		if (len <= 0)
			goto bad;
		if (n == BUS_MAX_BATCH)
			goto too_much;
		event[n++] = (struct str){events.p + at, (size_t)len};
		at += (size_t)len;
	}
	if (n == 0)
		goto bad;
	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	(void)zmq_msg_init(&p->msg);
	p->op = WIRE_APPEND;
	p->count = p->asked = n;
	buf_reset(b);
	wire_append_encode(b, number, event, n);
	if (fill(p, b, number) == -1) {
		pending_free(p);
		errno = ENOMEM;
		return NULL;
	}
	return p;
too_much:
	errno = EMSGSIZE;
	return NULL;
bad:
	errno = EBADMSG;
	return NULL;
}

/* (Re)make the bytes of query P. */
static int
query(struct pending *p, uint64_t number, struct buf *b)
{
	struct wire_request r = {
	    .op = WIRE_LAST,
	    .number = number,
	    .prefix = {p->prefix, p->prefix_len},
	    .after = {p->after, p->after_len},
	    .exact = p->exact,
	    .limit = p->limit,
	};

	buf_reset(b);
	wire_last_encode(b, &r);
	return fill(p, b, number);
}

struct pending *
pending_last(struct str prefix, bool exact, struct str after, unsigned limit,
    uint64_t number, struct buf *b)
{
	struct pending *p;

	if (prefix.len > sizeof(p->prefix) || after.len > sizeof(p->after) ||
	    limit == 0) {
		errno = limit == 0 ? EINVAL : EMSGSIZE;
		return NULL;
	}
	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	(void)zmq_msg_init(&p->msg);
	p->op = WIRE_LAST;
	if (prefix.len > 0)
		memcpy(p->prefix, prefix.p, prefix.len);
	if (after.len > 0)
		memcpy(p->after, after.p, after.len);
	p->prefix_len = prefix.len;
	p->after_len = after.len;
	p->exact = exact;
	p->limit = limit;
	if (query(p, number, b) == -1) {
		pending_free(p);
		errno = ENOMEM;
		return NULL;
	}
	return p;
}

struct pending *
pending_remove(uint64_t number, struct buf *b)
{
	struct pending *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	(void)zmq_msg_init(&p->msg);
	p->op = WIRE_REMOVE;
	buf_reset(b);
	wire_remove_encode(b, number);
	if (fill(p, b, number) == 0)
		return p;
	pending_free(p);
	errno = ENOMEM;
	return NULL;
}

void
pending_free(struct pending *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; p->event != NULL && i < p->count; i++)
		free(p->event[i].why);
	free(p->event);
	(void)zmq_msg_close(&p->msg);
	free(p);
}

void
pending_finish(const struct pending *p)
{
	if (p->op == WIRE_LAST) {
		p->listed(p->arg, NULL);
		return;
	}
	for (size_t i = 0; i < p->count; i++)
		p->appended(p->arg, i, &p->event[i].result);
}

static void
settle(struct pending_event *e, const struct bus_result *r)
{
	e->result = *r;
	e->final = true;
	e->result.why = (struct str){0};
	/* The reason is for people: without memory it is left out. */
	if (r->why.len > 0 && (e->why = malloc(r->why.len)) != NULL) {
		memcpy(e->why, r->why.p, r->why.len);
		e->result.why = (struct str){e->why, r->why.len};
	}
}

/* The next result for P in answer A, or our own when A does not fit P. */
static struct bus_result
result_next(
    const struct pending *p, const struct wire_answer *a, struct mp *items)
{
	struct bus_result r = {.status = BUS_REFUSED};

	if (a->op == WIRE_APPEND && a->count == p->asked)
		wire_result_next(items, &r);
	else if (a->op == WIRE_ERROR)
		r.why = a->why;
	else
		r.why = STR("the answer does not fit the request");
	return r;
}

int
pending_merge(struct pending *p, const struct wire_answer *a, uint64_t *number,
    struct buf *b)
{
	struct mp items = a->items, results = a->items;
	struct str again[BUS_MAX_BATCH];
	struct wire_request own;
	size_t asked = 0;
	const char *why;

	if (p->event == NULL &&
	    (p->event = calloc(p->count, sizeof(*p->event))) == NULL)
		return -1;
	(void)wire_request_decode(
	    &own, zmq_msg_data(&p->msg), zmq_msg_size(&p->msg), &why);
	for (size_t i = 0; i < p->asked; i++) {
		struct str bytes = mp_bin(&own.events);

		if (result_next(p, a, &items).status == BUS_BUSY)
			again[asked++] = bytes;
	}
	/* Nothing is changed before the memory for it is there. */
	if (asked > 0) {
		buf_reset(b);
		wire_append_encode(b, *number + 1, again, asked);
		if (fill(p, b, *number + 1) == -1)
			return -1;
		++*number;
	}
	for (size_t i = 0; i < p->count; i++) {
		struct bus_result r;

		if (p->event[i].final)
			continue;
		r = result_next(p, a, &results);
		if (r.status != BUS_BUSY)
			settle(&p->event[i], &r);
	}
	p->asked = asked;
	return asked > 0 ? 1 : 0;
}

int
pending_page(struct pending *p, const struct wire_answer *a, uint64_t *number,
    struct buf *b)
{
	struct mp items = a->items;
	struct str last = {0};

	if (a->op != WIRE_LAST)
		return 0;
	for (size_t i = 0; i < a->count && p->limit > 0; i++) {
		struct str raw = mp_bin(&items);
		const char *why;
		struct event e;

		if (event_decode(&e, raw.p, raw.len, &why) == -1)
			continue;
		p->limit--;
		last = e.subject;
		p->listed(p->arg, &e);
	}
	/* A page that brought nothing would be asked for again for ever. */
	if (!a->more || p->limit == 0 || last.len == 0 || p->exact)
		return 0;
	memcpy(p->after, last.p, last.len);
	p->after_len = last.len;
	if (query(p, *number + 1, b) == -1)
		return 0;
	++*number;
	return 1;
}
