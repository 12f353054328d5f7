#include "retell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SUBJECT_SIZE = sizeof("recording/") + NAME_SIZE, LAST_EVENTS = 256 };

/* The events of one subject, the next of which is looked at already. */
struct teller {
	struct log_reader *reader; /* NULL: it has no more */
	struct event e;
};

/* 0, or -1 with errno. */
static int
advance(struct teller *t, uint64_t until)
{
	int n;

	/* Of a damaged block the projection tells. */
	while (
	    (n = log_reader_next(t->reader, &t->e)) == -1 && errno == EBADMSG)
		;
	if (n == 1 && t->e.seq <= until)
		return 0;
	log_reader_close(t->reader);
	t->reader = NULL;
	return n == -1 ? -1 : 0;
}

static int
teller_open(struct teller *t, const struct retell *r, const char *prefix,
    const char *name, uint64_t from)
{
	char subject[SUBJECT_SIZE];

	(void)snprintf(subject, sizeof(subject), "%s/%s", prefix, name);
	t->reader = log_reader_open_subject(r->log, str_from(subject), from);
	return t->reader != NULL ? advance(t, r->until) : -1;
}

/* Fold E in.  0, or -1 with errno when it is not E's fault. */
static int
fold(const struct retell *r, struct broadcast *b, const struct event *e,
    uint64_t window_us)
{
	if (broadcast_apply(b, e, window_us) == 0)
		return 0;
	if (errno != EBADMSG)
		return -1;
	if (r->passed_over != NULL)
		r->passed_over(e);
	return 0;
}

/* All that T has from here on. */
static int
fold_all(const struct retell *r, struct broadcast *b, struct teller *t)
{
	while (t->reader != NULL)
		if (fold(r, b, &t->e, 0) == -1 || advance(t, r->until) == -1)
			return -1;
	return 0;
}

/* The one of N tellers whose event came first, or NULL. */
static struct teller *
first_of(struct teller *t, size_t n)
{
	struct teller *first = NULL;

	for (size_t i = 0; i < n; i++)
		if (t[i].reader != NULL &&
		    (first == NULL || t[i].e.seq < first->e.seq))
			first = &t[i];
	return first;
}

/* E says that the window is another one from here on. */
static int
set_window(const struct retell *r, struct broadcast *b, const struct event *e,
    uint64_t *window_us)
{
	struct ChannelWindowSet s;

	/* What is closed keeps what it had. */
	if (EVENT_GET(e, ChannelWindowSet, &s) == -1 ||
	    (r->ended_us != 0 && e->time_us > r->ended_us))
		return 0;
	*window_us = s.usual ? r->window_us : s.window_us;
	return broadcast_slide(b, *window_us);
}

static int
fold_in_order(
    const struct retell *r, struct broadcast *b, struct teller *t, size_t n)
{
	uint64_t window_us = r->window_us;
	struct teller *first;
	int rc = 0;

	while (rc == 0 && (first = first_of(t, n)) != NULL) {
		if (first->e.type == EVENT_ChannelWindowSet)
			rc = set_window(r, b, &first->e, &window_us);
		else
			rc = fold(r, b, &first->e, window_us);
		if (rc == 0)
			rc = advance(first, r->until);
	}
	return rc;
}

/* B, or NULL with errno when RC says so. */
static struct broadcast *
told(struct broadcast *b, int rc)
{
	if (rc == 0)
		return b;
	broadcast_close(b);
	return NULL;
}

struct broadcast *
retell_live(const struct retell *r)
{
	struct broadcast *b = broadcast_open(str_from(r->broadcast));
	struct teller t[3] = {{.reader = NULL}};
	int rc;

	if (b == NULL)
		return NULL;
	if ((rc = teller_open(&t[0], r, "window", r->channel, 1)) == 0 &&
	    (rc = teller_open(&t[1], r, "broadcast", r->broadcast, 1)) == 0 &&
	    (rc = teller_open(&t[2], r, "recording", r->broadcast, 1)) == 0)
		rc = fold_in_order(r, b, t, 3);
	for (size_t i = 0; i < 3; i++)
		log_reader_close(t[i].reader);
	return told(b, rc);
}

/* Fold all of "PREFIX/BROADCAST" from its version FROM on into B. */
static int
fold_subject(const struct retell *r, struct broadcast *b, const char *prefix,
    uint64_t from)
{
	struct teller t;
	int rc = teller_open(&t, r, prefix, r->broadcast, from);

	if (rc == 0)
		rc = fold_all(r, b, &t);
	log_reader_close(t.reader);
	return rc;
}

struct broadcast *
retell_recording(const struct retell *r)
{
	struct broadcast *b = broadcast_open(str_from(r->broadcast));
	int rc;

	if (b == NULL)
		return NULL;
	b->recorded = true;
	/* What is gone is known before it comes. */
	if ((rc = fold_subject(r, b, "recording", 1)) == 0)
		rc = fold_subject(r, b, "broadcast", 1);
	return told(b, rc);
}

struct broadcast *
retell_more(const struct retell *r, const struct broadcast *old)
{
	struct broadcast *b = broadcast_clone(old);

	/* Each event counts once, wherever the reader begins. */
	return b != NULL
		   ? told(b, fold_subject(r, b, "broadcast", b->version + 1))
		   : NULL;
}

/* Whether the picture is there, or gone, as far as T knows. */
static int
see(const struct retell *r, struct teller *t, const char *track,
    struct picture *p)
{
	struct SegmentReady d;

	for (; t->reader != NULL;) {
		picture_check(p, &t->e);
		if (EVENT_GET(&t->e, SegmentReady, &d) == 0 && d.independent &&
		    str_eqz(d.track, track))
			picture_set(p, track,
			    &(struct segment){
				.msn = d.msn, .run = (uint32_t)d.run});
		if (advance(t, r->until) == -1)
			return -1;
	}
	return 0;
}

/*
 * The first of BROADCAST's last events up to UNTIL, by its version in the
 * subject, of which there may be more since.  0, or -1 with errno.
 */
static int
look_back(const struct retell *r, uint64_t *from)
{
	char subject[SUBJECT_SIZE];
	struct log_subject at;
	struct teller t;

	(void)snprintf(subject, sizeof(subject), "broadcast/%s", r->broadcast);
	if (log_subject(r->log, str_from(subject), &at) == -1)
		return -1;
	for (uint64_t n = LAST_EVENTS;; n *= 2) {
		*from = at.version > n ? at.version - n : 1;
		if (teller_open(&t, r, "broadcast", r->broadcast, *from) == -1)
			return -1;
		if (t.reader != NULL || *from == 1)
			break;
	}
	log_reader_close(t.reader);
	/* It may be the last one that counts. */
	*from = *from > LAST_EVENTS ? *from - LAST_EVENTS : 1;
	return 0;
}

int
retell_picture(const struct retell *r, const char *track, struct picture *p)
{
	struct teller t;
	uint64_t from;

	memset(p, 0, sizeof(*p));
	if (look_back(r, &from) == -1 ||
	    teller_open(&t, r, "broadcast", r->broadcast, from) == -1 ||
	    see(r, &t, track, p) == -1 ||
	    teller_open(&t, r, "recording", r->broadcast, 1) == -1)
		return -1;
	return see(r, &t, track, p);
}
