#include "privacy.h"
#include "err.h"
#include "seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct privacy {
	struct log_writer *writer;
	struct log_reader *reader; /* for the last events of subjects */
	struct keyring *keyring;
	struct buf sealed; /* data of the event at hand */
	bool failing;      /* keys could not be read or written, lately */
	bool forgot;       /* somebody, and that is not committed yet */
};

struct privacy *
privacy_open(const char *dir, struct log_writer *w)
{
	struct privacy *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->writer = w;
	/* What is too long is told when its seals are on, not within one. */
	buf_init(&p->sealed, 2 * EVENT_MAX);
	if ((p->keyring = keyring_open_writer(dir)) == NULL ||
	    (p->reader = log_reader_open(log_writer_log(w), 1)) == NULL) {
		privacy_close(p);
		return NULL;
	}
	return p;
}

void
privacy_close(struct privacy *p)
{
	int saved = errno;

	if (p == NULL)
		return;
	log_reader_close(p->reader);
	keyring_close(p->keyring);
	buf_fini(&p->sealed);
	free(p);
	errno = saved;
}

/*
 * Look through the events of SUBJECT for one that it was forgotten by: 1 with
 * its place, 0, or -1 with errno.
 */
static int
find_forgotten(struct privacy *p, struct str subject, struct event *e)
{
	struct log_reader *r =
	    log_reader_open_subject(log_writer_log(p->writer), subject, 1);
	int n;

	if (r == NULL)
		return -1;
	while (
	    (n = log_reader_next(r, e)) == 1 || (n == -1 && errno == EBADMSG))
		if (n == 1 && e->type == EVENT_SubjectForgotten)
			break;
	log_reader_close(r);
	return n;
}

/*
 * Whether SUBJECT was forgotten, *AT the event that says so if AT is given.
 * That event is committed before anything comes after it, so what is only
 * staged need not be looked at.
 */
static int
forgotten(struct privacy *p, struct str subject, struct log_place *at)
{
	struct log_subject s;
	struct event e;
	int n;

	if (log_writer_subject(p->writer, subject, &s) == -1)
		return -1;
	/* Nearly always: there is nothing of it yet, or that was its last. */
	if (s.version == 0)
		return 0;
	n = s.seq <= log_writer_head(p->writer)
		? log_reader_at(p->reader, s.seq, &e)
		: 0;
	if (n != 1 || e.type != EVENT_SubjectForgotten)
		n = find_forgotten(p, subject, &e);
	if (n == 1 && at != NULL)
		*at = (struct log_place){LOG_DUPLICATE, e.seq, e.version};
	return n;
}

static int
is_gone(void *arg, struct str subject)
{
	return forgotten(arg, subject, NULL);
}

/* Nothing came of E: say it again later, when people have had a look. */
static struct bus_result
put_off(struct privacy *p, const struct event *e, const char *what)
{
	if (!p->failing)
		err_warn("%s, its producer is held back: %s subject=%.*s", what,
		    strerror(errno), STRF(e->subject));
	p->failing = true;
	return (struct bus_result){
	    .status = BUS_BUSY, .why = STR("its key cannot be had just now")};
}

int
privacy_seal(struct privacy *p, struct event *e, struct bus_result *out,
    char *why, size_t cap)
{
	if (seal_event(p->keyring, e, is_gone, p, e, &p->sealed, why, cap) ==
	    0) {
		p->failing = false;
		return 0;
	}
	*out = errno == EBADMSG ? (struct bus_result){.status = BUS_REFUSED}
				: put_off(p, e, "an event cannot be sealed");
	return 1;
}

int
privacy_reveal(struct privacy *p, const struct event *e, struct event *out)
{
	return seal_open_event(p->keyring, e, out, &p->sealed);
}

int
privacy_sync(struct privacy *p)
{
	p->forgot = false;
	if (keyring_sync(p->keyring) == 0)
		return 0;
	err_sys("sync the keys");
	return -1;
}

bool
privacy_forgot(const struct privacy *p)
{
	return p->forgot;
}

int
privacy_forget(struct privacy *p, const struct event *e, struct bus_result *out)
{
	struct log_subject s;
	struct log_place at;
	int n;

	if (log_writer_subject(p->writer, e->subject, &s) == -1) {
		err_sys("look a subject up");
		return -1;
	}
	/* It will be refused: nothing is to come of it. */
	if (e->expect != EVENT_ANY && e->expect != s.version)
		return 0;
	/* D73: the key is gone, and nothing says so yet. */
	if ((n = keyring_destroy(p->keyring, e->subject)) == -1) {
		*out = put_off(p, e, "a key cannot be destroyed");
		return 1;
	}
	p->failing = false;
	if (n == 1 || (n = forgotten(p, e->subject, &at)) == 0) {
		p->forgot = true;
		return 0;
	}
	if (n == -1) {
		err_sys("read the log");
		return -1;
	}
	*out = (struct bus_result){
	    .status = BUS_DUPLICATE, .seq = at.seq, .version = at.version};
	return 1;
}
