#include "follow.h"

#include "clock.h"
#include "err.h"
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	STALE_MS = 5000, /* without reaching the end this long: not healthy */
	LOOK_BACK = 16,  /* first guess where a channel's last start is */
	BETWEEN_CLOCK_LOOKS = 64
};

struct follow {
	char *dir;
	struct channels *channels; /* borrowed */
	struct log *log;           /* NULL until it is there */
	struct log_reader *reader; /* NULL until the first look is done */
	bool said;                 /* the present trouble was reported */
	_Atomic uint64_t seq, current_us; /* the end was reached then */
	_Atomic int trouble;              /* errno, or 0 */
};

struct follow *
follow_open(const char *dir, struct channels *channels)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	if ((f->dir = strdup(dir)) == NULL) {
		free(f);
		return NULL;
	}
	f->channels = channels;
	return f;
}

static void
let_go(struct follow *f)
{
	log_reader_close(f->reader);
	f->reader = NULL;
	log_close(f->log);
	f->log = NULL;
}

void
follow_close(struct follow *f)
{
	if (f == NULL)
		return;
	let_go(f);
	free(f->dir);
	free(f);
}

/* An event that breaks the contract is passed over; memory may come back. */
static int
apply(struct follow *f, const struct event *e)
{
	if (channels_apply(f->channels, e) == 0)
		return 0;
	if (errno != EBADMSG)
		return -1;
	err_warn("event passed over seq=%" PRIu64 " type=%.*s subject=%.*s",
	    e->seq, STRF(e->type_name), STRF(e->subject));
	return 0;
}

/*
 * The next event of R.  A damaged block is told of and skipped: what is
 * behind it is still worth showing.
 */
static int
next(struct log_reader *r, struct event *e)
{
	int n;

	while ((n = log_reader_next(r, e)) == -1 && errno == EBADMSG)
		err_warn("the log is damaged, a block was passed over "
			 "seq=%" PRIu64,
		    e->seq);
	return n;
}

/* Fold SUBJECT's events from its version FROM on. */
static int
fold_subject(struct follow *f, struct str subject, uint64_t from)
{
	struct log_reader *r = log_reader_open_subject(f->log, subject, from);
	struct event e;
	int n;

	if (r == NULL)
		return -1;
	while ((n = next(r, &e)) == 1)
		if ((n = apply(f, &e)) == -1)
			break;
	log_reader_close(r);
	return n;
}

/* Does SUBJECT's history from version FROM on hold a BroadcastStarted? */
static int
has_start(struct follow *f, struct str subject, uint64_t from)
{
	struct log_reader *r = log_reader_open_subject(f->log, subject, from);
	struct event e;
	int n;

	if (r == NULL)
		return -1;
	while ((n = next(r, &e)) == 1)
		if (e.type == EVENT_BroadcastStarted)
			break;
	log_reader_close(r);
	return n;
}

static int
on_channel(void *arg, struct str subject, const struct log_subject *s)
{
	(void)s;
	return fold_subject(arg, subject, 1);
}

/*
 * Of all the times a channel was live only the last one counts, so this
 * reads from the end, further back each time until a start is found.
 */
static int
on_live(void *arg, struct str subject, const struct log_subject *s)
{
	uint64_t back = LOOK_BACK, from;
	int n;

	do {
		from = s->version > back ? s->version - back + 1 : 1;
		back *= 4;
		n = has_start(arg, subject, from);
	} while (n == 0 && from > 1);
	return n == -1 ? -1 : fold_subject(arg, subject, from);
}

static int
on_broadcast(void *arg, const char *broadcast)
{
	char subject[sizeof("broadcast/") + NAME_SIZE];

	(void)snprintf(subject, sizeof(subject), "broadcast/%s", broadcast);
	return fold_subject(arg, str_from(subject), 1);
}

/*
 * The first look: where the log ends, then the subjects that matter, each
 * alone, then go on from that end.  What is read twice counts once.
 */
static int
first_look(struct follow *f)
{
	uint64_t head;

	if (f->log == NULL && (f->log = log_open(f->dir)) == NULL)
		return -1;
	if (log_head(f->log, &head) == -1 ||
	    log_subjects(f->log, STR("channel/"), on_channel, f) != 0 ||
	    log_subjects(f->log, STR("live/"), on_live, f) != 0 ||
	    channels_broadcasts(f->channels, on_broadcast, f) != 0)
		return -1;
	if ((f->reader = log_reader_open(f->log, head + 1)) == NULL)
		return -1;
	atomic_store(&f->seq, head);
	return 0;
}

/* Something cannot be done now: say so once, and again after a success. */
static int
trouble(struct follow *f)
{
	int error = errno;

	atomic_store(&f->trouble, error != 0 ? error : EIO);
	if (!f->said && error == ENOENT)
		err_info("waiting for the log dir=%s", f->dir);
	else if (!f->said)
		err_sys("read the log %s", f->dir);
	f->said = true;
	return 0;
}

int
follow_turn(struct follow *f, unsigned budget_ms)
{
	uint64_t until_us = clock_mono_us() + (uint64_t)budget_ms * 1000;
	struct event e;
	int n = 1;

	if (f->reader == NULL && first_look(f) == -1)
		return trouble(f);
	for (unsigned i = 0;; i++) {
		if (i % BETWEEN_CLOCK_LOOKS == BETWEEN_CLOCK_LOOKS - 1 &&
		    clock_mono_us() > until_us)
			break;
		if ((n = next(f->reader, &e)) != 1)
			break;
		if (apply(f, &e) == -1) {
			/* Only for want of memory; the event comes again. */
			log_reader_seek(f->reader, e.seq);
			n = -1;
			break;
		}
		atomic_store(&f->seq, e.seq);
	}
	if (n == -1 || channels_publish(f->channels) == -1)
		return trouble(f);
	if (f->said)
		err_info(
		    "following the log seq=%" PRIu64, atomic_load(&f->seq));
	f->said = false;
	atomic_store(&f->trouble, 0);
	if (n == 0)
		atomic_store(&f->current_us, clock_mono_us());
	return n;
}

bool
follow_healthy(struct follow *f, char *why, size_t cap)
{
	uint64_t then_us = atomic_load(&f->current_us);
	int error = atomic_load(&f->trouble);

	if (error == ENOENT)
		(void)snprintf(why, cap, "waiting for the log");
	else if (error != 0)
		(void)snprintf(why, cap, "cannot read the log: %s",
		    strerrordesc_np(error));
	else if (then_us == 0)
		(void)snprintf(why, cap, "reading the log");
	else if (clock_mono_us() - then_us > (uint64_t)STALE_MS * 1000)
		(void)snprintf(why, cap, "behind the log");
	else
		return true;
	return false;
}

uint64_t
follow_seq(const struct follow *f)
{
	return atomic_load(&f->seq);
}
