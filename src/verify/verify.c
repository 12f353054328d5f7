#include "verify.h"
#include "subjects.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

struct walk {
	FILE *out;
	struct verify_result *result;
	struct subjects *subjects; /* as the events so far tell them */
	uint64_t next;             /* the seq that should come */
	bool damaged;              /* events are missing: versions may jump */
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

static int
check_event(struct walk *w, const struct event *e)
{
	const struct schema *schema = schema_of(e->type);
	struct subject *s = subjects_find(w->subjects, e->subject);
	char why[256];

	if (e->seq > w->next && !w->damaged)
		fault(w, "seq %" PRIu64 " to %" PRIu64 ": missing", w->next,
		    e->seq - 1);
	else if (e->seq < w->next)
		fault(w, "seq %" PRIu64 ": stands after %" PRIu64, e->seq,
		    w->next - 1);
	w->damaged = w->damaged || e->seq != w->next;
	w->next = e->seq + 1;
	if (s == NULL && (s = subjects_add(w->subjects, e->subject)) == NULL)
		return -1;
	if (e->version != s->now.version + 1 &&
	    !(w->damaged && e->version > s->now.version))
		fault(w,
		    "seq %" PRIu64 ": %.*s goes from version %" PRIu64
		    " to %" PRIu64,
		    e->seq, STRF(e->subject), s->now.version, e->version);
	s->now = (struct log_subject){e->version, e->seq};
	/* A type this program does not know is a newer program's. */
	if (schema != NULL && event_validate(e, why, sizeof(why)) == -1)
		fault(w, "seq %" PRIu64 ": %s", e->seq, why);
	if (schema != NULL && schema->kept == EVENT_TRANSIENT)
		fault(w, "seq %" PRIu64 ": %.*s is transient, yet stored",
		    e->seq, STRF(e->type_name));
	w->result->events++;
	w->result->last = e->seq;
	return 0;
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
	/* With events missing the index knows more than we do. */
	if (!w.damaged)
		rc = log_subjects(l, STR(""), check_subject, &w);
out:
	subjects_close(w.subjects);
	log_reader_close(r);
	return rc;
}
