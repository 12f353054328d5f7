#include "plan.h"
#include "err.h"
#include "progress.h"

#include <errno.h>
#include <inttypes.h>

/* One of the two walks over the log. */
struct walk {
	struct log *log;
	const struct rules *rules;
	struct plan *plan;
	uint64_t head;
	/* Of the second walk, for each rule: */
	struct seen {
		uint64_t events, bytes; /* of the type, so far */
		uint64_t age_until;     /* what is old goes up to here */
		bool over;              /* from here on all stays */
	} seen[RULES_MAX];
	size_t open; /* rules that are not over */
	struct log_subject_index *index;
};

/* The number of the rule for TYPE, or -1. */
static int
find(const struct walk *w, enum event_type type)
{
	for (size_t i = 0; i < w->rules->n; i++)
		if (w->rules->rule[i].schema->type == type)
			return (int)i;
	return -1;
}

/* First, how much there is: what stays is counted from the end. */
static int
count(struct walk *w, size_t i, const struct event *e, size_t bytes)
{
	(void)e;
	w->plan[i].events++;
	w->plan[i].bytes += bytes;
	return 0;
}

/* Whether the event at SEQ, the next of rule I, is to go. */
static bool
goes(const struct walk *w, size_t i, uint64_t seq)
{
	const struct rule *r = &w->rules->rule[i];
	const struct plan *p = &w->plan[i];
	const struct seen *s = &w->seen[i];

	return (r->ages && seq <= s->age_until) ||
	       (r->counts && p->events - s->events > r->keep) ||
	       (r->weighs && p->bytes - s->bytes > r->max_bytes);
}

/* Then, which go. */
static int
choose(struct walk *w, size_t i, const struct event *e, size_t bytes)
{
	struct plan *p = &w->plan[i];
	struct seen *s = &w->seen[i];
	struct log_subject now;

	if (s->over)
		return 0;
	if (!goes(w, i, e->seq)) {
		s->over = true;
		w->open--;
		return 0;
	}
	s->events++;
	s->bytes += bytes;
	if (log_subject_index_get(w->index, e->subject, &now) == -1)
		return -1;
	if (now.seq <= e->seq) {
		p->newest++;
		return 0;
	}
	p->until = e->seq;
	p->first = p->first == 0 ? e->seq : p->first;
	p->gone_events++;
	p->gone_bytes += bytes;
	return 0;
}

typedef int walk_fn(
    struct walk *w, size_t i, const struct event *e, size_t bytes);

/* Call FN for each event that a rule names.  0, or -1 with errno. */
static int
walk(struct walk *w, const char *what, walk_fn *fn)
{
	struct log_reader *r = log_reader_open(w->log, 1);
	struct progress progress;
	struct event e;
	int n, i, saved;

	if (r == NULL)
		return -1;
	progress_init(&progress, what, w->head);
	w->open = w->rules->n;
	while (w->open > 0 && (n = log_reader_next(r, &e)) != 0) {
		if (n == -1 && errno != EBADMSG)
			goto err_reader;
		/* A damaged block is left alone. */
		if (n == -1)
			continue;
		if (e.seq > w->head)
			break;
		progress_set(&progress, e.seq);
		if ((i = find(w, e.type)) != -1 &&
		    fn(w, (size_t)i, &e, log_reader_raw(r).len) == -1)
			goto err_reader;
	}
	progress_fini(&progress);
	log_reader_close(r);
	return 0;
err_reader:
	saved = errno;
	progress_fini(&progress);
	log_reader_close(r);
	errno = saved;
	return -1;
}

/* Where the age of each rule draws the line.  0, or -1 with errno. */
static int
draw_lines(struct walk *w, uint64_t now_us)
{
	for (size_t i = 0; i < w->rules->n; i++) {
		const struct rule *r = &w->rules->rule[i];
		uint64_t seq;

		if (!r->ages || r->older_us >= now_us)
			continue;
		if (log_seq_at(w->log, now_us - r->older_us, &seq) == -1)
			return -1;
		w->seen[i].age_until = seq - 1;
	}
	return 0;
}

int
plan_make(struct log *l, const struct rules *rules, uint64_t now_us,
    struct plan *plan)
{
	struct walk w = {.log = l, .rules = rules, .plan = plan};
	int rc = -1;

	for (size_t i = 0; i < rules->n; i++)
		plan[i] = (struct plan){.rule = &rules->rule[i]};
	if (log_head(l, &w.head) == 0 && draw_lines(&w, now_us) == 0 &&
	    walk(&w, "counting", count) == 0 &&
	    (w.index = log_subject_index_open(l)) != NULL)
		rc = walk(&w, "choosing", choose);
	if (rc == -1)
		err_sys("read the log");
	log_subject_index_close(w.index);
	return rc;
}
