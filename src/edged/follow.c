#include "follow.h"

#include "channels_fold.h"
#include "clock.h"
#include "err.h"
#include "model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	STALE_MS = 5000, /* without reaching the end this long: not healthy */
	BETWEEN_CLOCK_LOOKS = 64
};

struct follow {
	char *log_dir, *projections;
	struct channels *channels;        /* borrowed */
	struct log *log;                  /* NULL until it is there */
	struct projection *projection;    /* NULL until then */
	bool alone;                       /* it cannot be kept: a private one */
	bool shown;                       /* CHANNELS knows what it says */
	bool said;                        /* the present trouble was reported */
	bool unwritten;                   /* and that it cannot be written */
	_Atomic uint64_t seq, current_us; /* the end was reached then */
	_Atomic int trouble;              /* errno, or 0 */
};

struct follow *
follow_open(
    const char *log_dir, const char *projections, struct channels *channels)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->channels = channels;
	if ((f->log_dir = strdup(log_dir)) == NULL ||
	    (f->projections = strdup(projections)) == NULL) {
		follow_close(f);
		return NULL;
	}
	return f;
}

void
follow_close(struct follow *f)
{
	if (f == NULL)
		return;
	/* Whatever is not written is folded again. */
	if (f->projection != NULL)
		(void)projection_commit(f->projection);
	projection_close(f->projection);
	log_close(f->log);
	free(f->log_dir);
	free(f->projections);
	free(f);
}

/* The projection that is kept, or the reason why it cannot be, once. */
static struct projection *
open_kept(struct follow *f)
{
	struct projection *p;
	const char *why;
	pid_t holder;

	p = projection_open(&channels_fold, f->log, f->projections, &holder);
	if (p != NULL) {
		if ((why = projection_anew(p)) != NULL)
			err_warn("the projection %s is folded anew: %s",
			    channels_fold.name, why);
		return p;
	}
	f->alone = true;
	if (errno == EBUSY)
		err_info("another process keeps the projection %s, this one "
			 "folds its own pid=%ld",
		    channels_fold.name, (long)holder);
	else
		err_warn("cannot keep the projection %s in %s, folding a "
			 "private one: %s",
		    channels_fold.name, f->projections, strerror(errno));
	return NULL;
}

static int
open_all(struct follow *f)
{
	if (f->log == NULL && (f->log = log_open(f->log_dir)) == NULL)
		return -1;
	if (!f->alone)
		f->projection = open_kept(f);
	if (f->projection == NULL)
		f->projection = projection_open_private(
		    &channels_fold, f->log, f->projections, UINT64_MAX);
	return f->projection != NULL ? 0 : -1;
}

/*
 * Tell the channels of E's media.  An event that breaks the contract is passed
 * over; memory may come back.
 */
static int
media(struct follow *f, const struct event *e)
{
	if (e->type != EVENT_TrackStarted && e->type != EVENT_SegmentReady &&
	    e->type != EVENT_TrackEnded && e->type != EVENT_PartReady &&
	    e->type != EVENT_MediaRemoved)
		return 0;
	if (channels_media(f->channels, e) == 0)
		return 0;
	if (errno != EBADMSG)
		return -1;
	err_warn("event passed over seq=%" PRIu64 " type=%.*s subject=%.*s",
	    e->seq, STRF(e->type_name), STRF(e->subject));
	return 0;
}

static int
on_channel(void *arg, const struct channel_state *c)
{
	struct follow *f = arg;

	if (channels_put(f->channels, c) == 0)
		return 0;
	if (errno != EBADMSG)
		return -1;
	err_warn("another channel has its broadcast channel=%s broadcast=%s",
	    c->name, c->broadcast);
	return 0;
}

/* Tell the channels what E, which the projection holds now, has changed. */
static int
show(struct follow *f, const struct event *e)
{
	struct channel_state c;
	int n = channels_fold_touched(f->projection, e, &c);

	if (n == 1)
		n = on_channel(f, &c);
	return n == -1 ? -1 : media(f, e);
}

/* What SUBJECT, "PREFIX/BROADCAST", says, read alone through the index. */
static int
read_subject(struct follow *f, const char *prefix, const char *broadcast)
{
	char subject[sizeof("recording/") + NAME_SIZE];
	struct log_reader *r;
	struct event e;
	int n;

	(void)snprintf(subject, sizeof(subject), "%s/%s", prefix, broadcast);
	r = log_reader_open_subject(f->log, str_from(subject), 1);
	if (r == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) != 0) {
		if (n == -1 && errno != EBADMSG)
			break;
		/* Of a damaged block the projection tells. */
		if (n == 1 && (n = media(f, &e)) == -1)
			break;
	}
	log_reader_close(r);
	return n;
}

/* The segments of BROADCAST, and what of them is gone. */
static int
on_broadcast(void *arg, const char *broadcast)
{
	int n = read_subject(arg, "broadcast", broadcast);

	return n != 0 ? n : read_subject(arg, "recording", broadcast);
}

/*
 * The first look: fold what came since the projection was written, for
 * BUDGET_MS at most, then show all of it.  Media that comes twice counts once.
 * 1 when there is more to fold, 0, or -1 with errno.
 */
static int
first_look(struct follow *f, unsigned budget_ms)
{
	struct event e;
	int n;

	if (f->projection == NULL && open_all(f) == -1)
		return -1;
	while ((n = projection_run(f->projection, budget_ms, &e)) == -1 &&
	       errno == EBADMSG)
		model_warn(f->projection, &e);
	if (n != 0)
		return n;
	if (channels_fold_each(f->projection, on_channel, f) != 0 ||
	    channels_broadcasts(f->channels, on_broadcast, f) != 0)
		return -1;
	f->shown = true;
	return 0;
}

/* Let the disk know, when it is worth it; say once that it does not want to. */
static void
write_down(struct follow *f)
{
	if (f->projection == NULL || projection_settle(f->projection) == 0) {
		f->unwritten = false;
		return;
	}
	if (!f->unwritten)
		err_warn("the projection %s cannot be written, going on in "
			 "memory: %s",
		    channels_fold.name, strerror(errno));
	f->unwritten = true;
}

/* Something cannot be done now: say so once, and again after a success. */
static int
trouble(struct follow *f)
{
	int error = errno;

	atomic_store(&f->trouble, error != 0 ? error : EIO);
	if (!f->said && error == ENOENT)
		err_info("waiting for the log dir=%s", f->log_dir);
	else if (!f->said)
		err_sys("read the log %s", f->log_dir);
	f->said = true;
	return 0;
}

/*
 * Take events up to UNTIL, until UNTIL_US.  1 when there may be more, 0, or
 * -1.
 */
static int
take(struct follow *f, uint64_t until, uint64_t until_us)
{
	struct event e;
	int n = 1;

	for (unsigned i = 1; n == 1; i++) {
		if (projection_seq(f->projection) >= until)
			return 0;
		if (i % BETWEEN_CLOCK_LOOKS == 0 && clock_mono_us() > until_us)
			break;
		n = projection_next(f->projection, &e);
		if (n == -1 && errno == EBADMSG) {
			model_warn(f->projection, &e);
			n = 1;
		} else if (n == 1 && show(f, &e) == -1) {
			/* Only for want of memory: then all is shown again. */
			f->shown = false;
			n = -1;
		}
	}
	return n;
}

void
follow_hear(struct follow *f, unsigned budget_ms, const struct event *e)
{
	/* Parts of what is not known yet say nothing. */
	if (!f->shown)
		return;
	/* What goes wrong the next turn meets again, and tells. */
	if (take(f, e->seq, clock_mono_us() + (uint64_t)budget_ms * 1000) == 0)
		(void)media(f, e);
}

int
follow_turn(struct follow *f, unsigned budget_ms, uint64_t until)
{
	uint64_t until_us = clock_mono_us() + (uint64_t)budget_ms * 1000;
	int n = f->shown ? 0 : first_look(f, budget_ms);

	if (n == 0)
		n = take(f, until, until_us);
	if (f->projection != NULL)
		atomic_store(&f->seq, projection_seq(f->projection));
	/* Viewers do not wait for the disk. */
	if (n == -1 || channels_publish(f->channels) == -1)
		return trouble(f);
	write_down(f);
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
