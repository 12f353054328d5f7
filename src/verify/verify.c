#include "verify.h"
#include "subjects.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

struct walk {
	FILE *out;
	struct verify_result *result;
	struct subjects *subjects; /* as the events so far tell them */
	struct log_reader *reader;
	uint64_t next;    /* the seq that should come */
	uint64_t gaps;    /* versions that did not come */
	uint64_t gone;    /* the last seq of which a mark is left */
	uint64_t ordered; /* the last seq that any order so far names */
	bool damaged;     /* events are missing: versions may jump */
};

static void __attribute__((format(printf, 2, 3)))
fault(struct walk *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(w->out, fmt, ap);
	va_end(ap);
	(void)fputc('\n', w->out);
	w->result->faults++;
}

/*
 * Does E stand where it should?  What was removed before it left a mark for
 * each seq.
 */
static void
check_seq(struct walk *w, const struct event *e)
{
	uint64_t removed = log_reader_removed(w->reader);
	uint64_t come = w->next + (removed - w->result->removed);

	if (removed > w->result->removed)
		w->gone = come - 1;
	if (e->seq > come && !w->damaged)
		fault(w, "seq %" PRIu64 " to %" PRIu64 ": missing", come,
		    e->seq - 1);
	else if (e->seq < come)
		fault(w, "seq %" PRIu64 ": stands after %" PRIu64, e->seq,
		    come - 1);
	w->damaged = w->damaged || e->seq != come;
	w->next = e->seq + 1;
	w->result->removed = removed;
}

/*
 * Is E the next of its subject S?  A version that did not come must be one of
 * the events that were removed since the one before, S->place of which are
 * older.
 */
static void
check_version(struct walk *w, const struct event *e, struct subject *s)
{
	uint64_t gap = e->version - s->now.version - 1;
	uint64_t removed = w->result->removed - s->place;

	if (e->version <= s->now.version || (gap > removed && !w->damaged))
		fault(w,
		    "seq %" PRIu64 ": %.*s goes from version %" PRIu64
		    " to %" PRIu64,
		    e->seq, STRF(e->subject), s->now.version, e->version);
	else
		w->gaps += gap;
	s->now = (struct log_subject){e->version, e->seq};
	s->place = w->result->removed;
}

/* An order explains what is gone up to its UNTIL. */
static void
note_order(struct walk *w, const struct event *e)
{
	struct RemovalOrdered o;

	if (EVENT_GET(e, RemovalOrdered, &o) == 0 && o.until > w->ordered)
		w->ordered = o.until;
}

static int
check_event(struct walk *w, const struct event *e)
{
	const struct schema *schema = schema_of(e->type);
	struct subject *s = subjects_find(w->subjects, e->subject);
	const char *plain;
	char why[256];

	check_seq(w, e);
	if (s == NULL && (s = subjects_add(w->subjects, e->subject)) == NULL)
		return -1;
	check_version(w, e, s);
	/* A type or version that is not known here is a newer program's. */
	if (schema != NULL && e->data_version <= schema->version &&
	    event_validate(e, why, sizeof(why)) == -1)
		fault(w, "seq %" PRIu64 ": %s", e->seq, why);
	if ((plain = event_unsealed(e)) != NULL)
		fault(w, "seq %" PRIu64 ": %s is personal, yet not sealed",
		    e->seq, plain);
	if (schema != NULL && schema->kept == EVENT_TRANSIENT)
		fault(w, "seq %" PRIu64 ": %.*s is transient, yet stored",
		    e->seq, STRF(e->type_name));
	if (e->type == EVENT_RemovalOrdered)
		note_order(w, e);
	w->result->events++;
	w->result->last = e->seq;
	return 0;
}

/*
 * Nothing is silently missing: each mark is of an event that is not the last
 * of its subject, so a version is missing for each, and an order names it.
 */
static void
check_removed(struct walk *w)
{
	uint64_t removed = log_reader_removed(w->reader);

	if (removed > w->result->removed)
		fault(w,
		    "the %" PRIu64 " events behind seq %" PRIu64
		    " are removed, and no event follows",
		    removed - w->result->removed, w->result->last);
	else if (removed != w->gaps)
		fault(w,
		    "%" PRIu64 " events are removed, but %" PRIu64
		    " versions are missing",
		    removed, w->gaps);
	if (w->gone > w->ordered)
		fault(w,
		    "seq %" PRIu64 " is removed, but no RemovalOrdered says "
		    "that it goes",
		    w->gone);
	w->result->removed = removed;
}

static int
check_subject(void *arg, struct str subject, const struct log_subject *s)
{
	struct walk *w = arg;
	struct subject *seen = subjects_find(w->subjects, subject);

	/* What came after our walk is none of our business. */
	if (s->seq > w->result->last)
		return 0;
	if (seen == NULL || seen->now.version != s->version ||
	    seen->now.seq != s->seq)
		fault(w,
		    "index: %.*s is said to stand at version %" PRIu64
		    " (seq %" PRIu64 "), the events say %" PRIu64
		    " (seq %" PRIu64 ")",
		    STRF(subject), s->version, s->seq,
		    seen ? seen->now.version : 0, seen ? seen->now.seq : 0);
	return 0;
}

int
verify_log(struct log *l, FILE *out, struct verify_result *result)
{
	struct walk w = {.out = out, .result = result, .next = 1};
	struct log_reader *r = log_reader_open(l, 1);
	struct event e;
	int n, rc = -1;

	*result = (struct verify_result){0};
	w.reader = r;
	if (r == NULL || (w.subjects = subjects_open()) == NULL)
		goto out;
	log_reader_check_chain(r);
	while ((n = log_reader_next(r, &e)) != 0) {
		if (n == 1) {
			if (check_event(&w, &e) == -1)
				goto out;
			continue;
		}
		if (errno != EBADMSG)
			goto out;
		fault(&w, "the block at seq %" PRIu64 " is damaged: %s", e.seq,
		    log_reader_why(r));
		w.damaged = true;
	}
	rc = 0;
	/* With events missing others know more than we do. */
	if (!w.damaged)
		check_removed(&w);
	if (!w.damaged)
		rc = log_subjects(l, STR(""), check_subject, &w);
out:
	subjects_close(w.subjects);
	log_reader_close(r);
	return rc;
}
