#include "wire.h"

#include <errno.h>

static int
fail(const char **why, const char *what)
{
	*why = what;
	errno = EBADMSG;
	return -1;
}

/* Step over N bins, the last thing in the message. */
static bool
bins(struct mp m, size_t n)
{
	for (; n > 0 && !m.bad; n--)
		(void)mp_bin(&m);
	return mp_done(&m);
}

int
wire_request_decode(
    struct wire_request *r, const void *p, size_t len, const char **why)
{
	uint64_t version, op, limit;
	size_t fields;
	struct mp m;

	*r = (struct wire_request){0};
	mp_init(&m, p, len);
	fields = mp_array(&m);
	version = mp_uint(&m);
	op = mp_uint(&m);
	r->number = mp_uint(&m);
	if (m.bad)
		return fail(why, "not a request");
	if (version != WIRE_VERSION)
		return fail(why, "not a version of the protocol known here");
	if (op == WIRE_APPEND && fields == 4) {
		r->op = WIRE_APPEND;
		r->count = mp_array(&m);
		r->events = m;
		if (m.bad || r->count == 0)
			return fail(why, "no events");
		if (r->count > BUS_MAX_BATCH)
			return fail(why, "more than 1024 events");
		if (!bins(m, r->count))
			return fail(why, "not a list of events");
		return 0;
	}
	if (op == WIRE_REMOVE && fields == 3) {
		r->op = WIRE_REMOVE;
		return mp_done(&m) ? 0 : fail(why, "more than a request");
	}
	if (op != WIRE_LAST || fields != 7)
		return fail(why, "no operation known here");
	r->op = WIRE_LAST;
	r->prefix = mp_str(&m);
	r->exact = mp_bool(&m);
	r->after = mp_str(&m);
	limit = mp_uint(&m);
	if (!mp_done(&m) || limit == 0)
		return fail(why, "not a query");
	if (r->prefix.len > EVENT_MAX_SUBJECT ||
	    r->after.len > EVENT_MAX_SUBJECT)
		return fail(why, "longer than a subject may be");
	r->limit = limit < UINT32_MAX ? (unsigned)limit : UINT32_MAX;
	return 0;
}

/* Check N results, the last thing in the message, and count what is busy. */
static bool
results(struct mp m, size_t n, size_t *busy)
{
	*busy = 0;
	for (; n > 0 && !m.bad; n--) {
		size_t fields = mp_array(&m);
		uint64_t status = mp_uint(&m);

		(void)mp_uint(&m);
		(void)mp_uint(&m);
		if (fields == 4)
			(void)mp_str(&m);
		else if (fields != 3)
			return false;
		if (status > BUS_BUSY)
			return false;
		*busy += status == BUS_BUSY;
	}
	return mp_done(&m);
}

int
wire_answer_decode(struct wire_answer *a, const void *p, size_t len)
{
	uint64_t version, op;
	size_t fields;
	struct mp m;

	*a = (struct wire_answer){0};
	mp_init(&m, p, len);
	fields = mp_array(&m);
	version = mp_uint(&m);
	op = mp_uint(&m);
	a->number = mp_uint(&m);
	if (m.bad || version != WIRE_VERSION)
		goto bad;
	if (op == WIRE_ERROR && fields == 4) {
		a->op = WIRE_ERROR;
		a->why = mp_str(&m);
		if (!mp_done(&m))
			goto bad;
	} else if (op == WIRE_APPEND && fields == 4) {
		a->op = WIRE_APPEND;
		a->count = mp_array(&m);
		a->items = m;
		if (!results(m, a->count, &a->busy))
			goto bad;
	} else if (op == WIRE_LAST && fields == 5) {
		a->op = WIRE_LAST;
		a->more = mp_bool(&m);
		a->count = mp_array(&m);
		a->items = m;
		if (!bins(m, a->count))
			goto bad;
	} else if (op == WIRE_REMOVE && fields == 9) {
		a->op = WIRE_REMOVE;
		a->removal.orders = mp_uint(&m);
		a->removal.next = mp_uint(&m);
		a->removal.until = mp_uint(&m);
		a->removal.events = mp_uint(&m);
		a->removal.bytes = mp_uint(&m);
		a->why = mp_str(&m);
		if (!mp_done(&m))
			goto bad;
	} else {
		goto bad;
	}
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

void
wire_result_next(struct mp *items, struct bus_result *result)
{
	size_t fields = mp_array(items);

	*result = (struct bus_result){0};
	result->status = (enum bus_status)mp_uint(items);
	result->seq = mp_uint(items);
	result->version = mp_uint(items);
	if (fields == 4)
		result->why = mp_str(items);
}

static void
head(msgpack_packer *pk, size_t fields, enum wire_op op, uint64_t number)
{
	msgpack_pack_array(pk, fields);
	msgpack_pack_uint64(pk, WIRE_VERSION);
	msgpack_pack_uint64(pk, (uint64_t)op);
	msgpack_pack_uint64(pk, number);
}

void
wire_append_encode(
    struct buf *b, uint64_t number, const struct str *event, size_t n)
{
	msgpack_packer pk;

	mp_packer(&pk, b);
	head(&pk, 4, WIRE_APPEND, number);
	msgpack_pack_array(&pk, n);
	for (size_t i = 0; i < n; i++)
		mp_put_bin(&pk, event[i]);
}

void
wire_last_encode(struct buf *b, const struct wire_request *r)
{
	msgpack_packer pk;

	mp_packer(&pk, b);
	head(&pk, 7, WIRE_LAST, r->number);
	mp_put_str(&pk, r->prefix);
	if (r->exact)
		msgpack_pack_true(&pk);
	else
		msgpack_pack_false(&pk);
	mp_put_str(&pk, r->after);
	msgpack_pack_uint64(&pk, r->limit);
}

/* WHY, cut where a character of UTF-8 ends. */
static struct str
cut(struct str why)
{
	if (why.len > WIRE_MAX_WHY) {
		why.len = WIRE_MAX_WHY;
		while (why.len > 0 && ((uint8_t)why.p[why.len] & 0xc0) == 0x80)
			why.len--;
	}
	return why;
}

void
wire_results_encode(
    struct buf *b, uint64_t number, const struct bus_result *result, size_t n)
{
	msgpack_packer pk;

	mp_packer(&pk, b);
	head(&pk, 4, WIRE_APPEND, number);
	msgpack_pack_array(&pk, n);
	for (size_t i = 0; i < n; i++) {
		const struct bus_result *r = &result[i];
		bool told = r->why.p != NULL && r->why.len > 0;

		msgpack_pack_array(&pk, told ? 4 : 3);
		msgpack_pack_uint64(&pk, (uint64_t)r->status);
		msgpack_pack_uint64(&pk, r->seq);
		msgpack_pack_uint64(&pk, r->version);
		if (told)
			mp_put_str(&pk, cut(r->why));
	}
}

void
wire_error_encode(struct buf *b, uint64_t number, struct str why)
{
	msgpack_packer pk;

	mp_packer(&pk, b);
	head(&pk, 4, WIRE_ERROR, number);
	mp_put_str(&pk, cut(why));
}

void
wire_remove_encode(struct buf *b, uint64_t number)
{
	msgpack_packer pk;

	mp_packer(&pk, b);
	head(&pk, 3, WIRE_REMOVE, number);
}

void
wire_removal_encode(struct buf *b, uint64_t number, const struct bus_removal *r)
{
	msgpack_packer pk;

	mp_packer(&pk, b);
	head(&pk, 9, WIRE_REMOVE, number);
	msgpack_pack_uint64(&pk, r->orders);
	msgpack_pack_uint64(&pk, r->next);
	msgpack_pack_uint64(&pk, r->until);
	msgpack_pack_uint64(&pk, r->events);
	msgpack_pack_uint64(&pk, r->bytes);
	mp_put_str(&pk, cut(str_from(r->why)));
}

void
wire_list_encode(struct buf *b, uint64_t number, bool more, size_t n)
{
	msgpack_packer pk;

	mp_packer(&pk, b);
	head(&pk, 5, WIRE_LAST, number);
	if (more)
		msgpack_pack_true(&pk);
	else
		msgpack_pack_false(&pk);
	msgpack_pack_array(&pk, n);
}
