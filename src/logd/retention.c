#include "retention.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What producers wait for at most, about: one large block, or ten
 * milliseconds and two syncs.
 */
static const struct removal_limits step_limits = {
    .time_us = 10000, .write_bytes = 2 * 1024 * 1024, .events = 2048};

enum { RULE_MAX = 200, SUBJECT_SIZE = EVENT_MAX_ID + 16 };

/* What is known of the order for one type. */
struct order {
	const struct schema *schema;
	uint64_t version; /* of its subject, when it was looked at */
	bool open;
	struct removal removal;
	char rule[RULE_MAX + 1];
};

struct retention {
	struct log_writer *writer;
	struct log_reader *reader;
	struct order order[REMOVAL_MAX]; /* by schema */
	size_t orders;
	uint64_t moved;  /* the index tells of everything up to here */
	size_t said;     /* orders that retention_done() has looked at */
	struct buf data; /* of the event it gave */
	char id[EVENT_MAX_ID], subject[SUBJECT_SIZE];
};

struct retention *
retention_open(struct log_writer *w)
{
	struct retention *t = calloc(1, sizeof(*t));
	const struct schema *s;

	if (t == NULL)
		return NULL;
	t->writer = w;
	buf_init(&t->data, EVENT_MAX_DATA);
	for (size_t i = 0; (s = schema_at(i)) != NULL; i++)
		if (s->kept != EVENT_TRANSIENT && t->orders < REMOVAL_MAX)
			t->order[t->orders++].schema = s;
	if ((t->reader = log_reader_open(log_writer_log(w), 1)) == NULL) {
		retention_close(t);
		errno = ENOMEM;
		return NULL;
	}
	return t;
}

void
retention_close(struct retention *t)
{
	if (t == NULL)
		return;
	log_reader_close(t->reader);
	buf_fini(&t->data);
	free(t);
}

/* The subject of orders for type NAME, into DST. */
static struct str
subject_of(char dst[SUBJECT_SIZE], struct str name)
{
	int n = snprintf(dst, SUBJECT_SIZE, "retention/%.*s", STRF(name));

	return (struct str){dst, (size_t)n};
}

const char *
retention_refusal(struct retention *t, const struct event *e)
{
	const struct schema *s;
	struct RemovalOrdered o;
	char subject[SUBJECT_SIZE];

	if (EVENT_GET(e, RemovalOrdered, &o) == -1)
		return "not an order to remove";
	if ((s = schema_named(o.type)) == NULL)
		return "there is no such type of events";
	if (!str_eq(subject_of(subject, s->name), e->subject))
		return "the subject is not retention/<type>";
	if (s->kept == EVENT_TRANSIENT)
		return "events of this type are not stored";
	if (s->kept == EVENT_LASTING && !o.forced)
		return "the platform does not stand without events of this "
		       "type";
	if (o.until > log_writer_head(t->writer))
		return "until is beyond the log's end";
	return NULL;
}

/* Read the order E, the last event of O's subject.  0, or -1 with errno. */
static int
take_order(struct retention *t, struct order *o, const struct event *e)
{
	struct RemovalOrdered d;

	o->open = false;
	/* What does not read as an order is none. */
	if (e->type != EVENT_RemovalOrdered ||
	    EVENT_GET(e, RemovalOrdered, &d) == -1 ||
	    !str_eq(d.type, o->schema->name) ||
	    str_copy(o->rule, sizeof(o->rule), d.rule) == -1)
		return 0;
	o->removal = (struct removal){
	    .type = o->schema->name, .until = d.until, .order = e->seq};
	if (removal_load(log_writer_log(t->writer), &o->removal) == -1)
		return -1;
	o->open = true;
	return 0;
}

/* Learn what is ordered and not done.  0, or -1 with errno. */
static int
look(struct retention *t)
{
	for (size_t i = 0; i < t->orders; i++) {
		struct order *o = &t->order[i];
		char name[SUBJECT_SIZE];
		struct log_subject s;
		struct event e;
		int n;

		if (log_writer_subject(
			t->writer, subject_of(name, o->schema->name), &s) == -1)
			return -1;
		if (s.version == o->version)
			continue;
		o->open = false;
		if ((n = log_reader_at(t->reader, s.seq, &e)) == -1 &&
		    errno != EBADMSG)
			return -1;
		if (n == 1 && take_order(t, o, &e) == -1)
			return -1;
		o->version = s.version;
	}
	return 0;
}

/*
 * Nothing goes of which the index does not tell, and nothing that is the
 * newest of its subject there: see that it tells of everything up to the N
 * orders of LIST.  0, or -1 with errno.
 */
static int
bring_up(struct retention *t, const struct removal *list, size_t n)
{
	uint64_t head = log_writer_head(t->writer);
	bool up = true;

	for (size_t i = 0; i < n; i++)
		up = up && list[i].order <= t->moved;
	if (up)
		return 0;
	if (log_writer_move(t->writer) == -1)
		return -1;
	t->moved = head;
	return 0;
}

/* One step of what is open and not through.  0, or -1 with errno. */
static int
step(struct retention *t, struct bus_removal *out)
{
	struct removal list[REMOVAL_MAX];
	size_t n = 0, at = 0;

	if (look(t) == -1)
		return -1;
	for (size_t i = 0; i < t->orders; i++)
		if (t->order[i].open)
			list[n++] = t->order[i].removal;
	if (n == 0)
		return 0;
	if (bring_up(t, list, n) == -1 ||
	    removal_step(log_writer_log(t->writer), list, n, &step_limits) ==
		-1)
		return -1;
	out->next = UINT64_MAX;
	for (size_t i = 0; i < t->orders; i++) {
		struct removal *r = &t->order[i].removal;

		if (!t->order[i].open)
			continue;
		out->events += list[at].count - r->count;
		out->bytes += list[at].bytes - r->bytes;
		*r = list[at++];
		if (r->next < out->next)
			out->next = r->next;
		if (r->until > out->until)
			out->until = r->until;
	}
	return 0;
}

int
retention_step(struct retention *t, struct bus_removal *out)
{
	*out = (struct bus_removal){0};
	t->said = 0;
	if (step(t, out) == 0)
		return 0;
	if (!log_writer_temporary(errno)) {
		err_sys("remove events");
		return -1;
	}
	(void)snprintf(out->why, sizeof(out->why), "%s", strerror(errno));
	/* Nothing of this step is done. */
	t->said = t->orders;
	return 0;
}

/* Make E of order O, which is carried out.  0, or -1 with errno. */
static int
tell(struct retention *t, const struct order *o, struct event *e)
{
	const struct removal *r = &o->removal;
	const struct EventsRemoved d = {
	    .type = r->type,
	    .order = r->order,
	    .rule = str_from(o->rule),
	    .count = r->count,
	    .bytes = r->bytes,
	    .first = r->first,
	    .last = r->last,
	};

	buf_reset(&t->data);
	if (event_begin(e, EVENT_EventsRemoved, "weir-logd",
		subject_of(t->subject, r->type), t->id) == -1 ||
	    EVENT_PUT(EventsRemoved, &d, &t->data) == -1)
		return -1;
	e->data = buf_str(&t->data);
	return 0;
}

bool
retention_done(struct retention *t, struct event *e)
{
	while (t->said < t->orders) {
		struct order *o = &t->order[t->said++];

		/* Without memory it is said after another step. */
		if (!o->open || o->removal.next <= o->removal.until ||
		    tell(t, o, e) == -1)
			continue;
		err_info("removed events of a type type=%s count=%" PRIu64
			 " bytes=%" PRIu64 " rule=\"%s\"",
		    o->schema->name.p, o->removal.count, o->removal.bytes,
		    o->rule);
		return true;
	}
	return false;
}

size_t
retention_orders(struct retention *t)
{
	size_t n = 0;

	/* Should that fail, they count as open, and somebody asks again. */
	(void)look(t);
	for (size_t i = 0; i < t->orders; i++)
		n += t->order[i].open;
	return n;
}
