#include "query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct query {
	struct log_writer *writer;
	struct bus_server *server;
	struct privacy *privacy;
	struct log_reader *reader;
	struct buf revealed; /* an event with what was sealed in it */
};

struct query *
query_open(struct log_writer *w, struct bus_server *s, struct privacy *p)
{
	struct query *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->writer = w;
	q->server = s;
	q->privacy = p;
	buf_init(&q->revealed, EVENT_MAX);
	if ((q->reader = log_reader_open(log_writer_log(w), 1)) == NULL) {
		free(q);
		return NULL;
	}
	return q;
}

void
query_close(struct query *q)
{
	if (q == NULL)
		return;
	log_reader_close(q->reader);
	buf_fini(&q->revealed);
	free(q);
}

/* *BYTES are E with what is sealed in it as text, if that can be. */
static void
reveal_event(struct query *q, const struct event *e, struct str *bytes)
{
	struct event open;

	buf_reset(&q->revealed);
	if (privacy_reveal(q->privacy, e, &open) == 0 &&
	    event_encode(&open, &q->revealed) == 0)
		*bytes = buf_str(&q->revealed);
}

/*
 * The last event of SUBJECT, as bytes for the answer.  1, 0 when the answer
 * is full, or -1 when it cannot be read now; one that is damaged is left out.
 * REVEAL: a channel's passphrase is told to who needs it.
 */
static int
reply_last(struct query *q, const struct log_subject *s, bool reveal)
{
	struct str bytes;
	struct event e;
	int n;

	if (s->version == 0)
		return 1;
	if ((n = log_reader_at(q->reader, s->seq, &e)) == -1 &&
	    errno != EBADMSG)
		return -1;
	if (n != 1)
		return 1;
	bytes = log_reader_raw(q->reader);
	if (reveal && e.type == EVENT_ChannelPassphraseSet)
		reveal_event(q, &e, &bytes);
	return bus_reply_event(q->server, bytes) == 0;
}

struct listing {
	struct query *query;
	const struct wire_request *ask;
	unsigned given;
	bool more;
};

static int
list_subject(void *arg, struct str subject, const struct log_subject *s)
{
	struct listing *l = arg;
	struct str after = l->ask->after;
	size_t min = subject.len < after.len ? subject.len : after.len;
	int order = min > 0 ? memcmp(subject.p, after.p, min) : 0, n = 0;

	if (after.len > 0 &&
	    (order < 0 || (order == 0 && subject.len <= after.len)))
		return 0;
	if (l->given < l->ask->limit &&
	    (n = reply_last(l->query, s, false)) == -1)
		return -1;
	if (n == 0) {
		l->more = true;
		return 1;
	}
	l->given++;
	return 0;
}

void
query_answer(struct query *q, struct bus_request *r)
{
	struct listing l = {.query = q, .ask = &r->ask};
	struct log_subject s;
	int rc;

	if (r->ask.exact)
		rc = log_writer_subject(q->writer, r->ask.prefix, &s) == -1
			 ? -1
			 : reply_last(q, &s, r->door != BUS_EDGE);
	else
		rc = log_subjects(
		    log_writer_log(q->writer), r->ask.prefix, list_subject, &l);
	/* What is not answered will be asked again. */
	if (rc == -1)
		bus_reply_drop(q->server);
	else
		bus_reply_events(q->server, r, l.more);
}
