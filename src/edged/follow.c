#include "follow.h"

#include "channels_fold.h"
#include "clips_fold.h"
#include "clock.h"
#include "err.h"
#include "model.h"
#include "retell.h"

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
	struct follow_told told;
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
follow_open(const char *log_dir, const char *projections,
    const struct follow_told *told)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->told = *told;
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

/*
 * All handles or none: LMDB's place for the readers of a process is given up
 * when one of several fails to open.
 */
static int
open_log(struct follow *f)
{
	int saved;

	if ((f->log = log_open(f->log_dir)) == NULL)
		return -1;
	if (library_attach(f->told.library, f->log_dir) == 0 &&
	    past_attach(f->told.past, f->log_dir) == 0)
		return 0;
	saved = errno;
	log_close(f->log);
	f->log = NULL;
	errno = saved;
	return -1;
}

static int
open_all(struct follow *f)
{
	if (f->log == NULL && open_log(f) == -1)
		return -1;
	if (!f->alone)
		f->projection = open_kept(f);
	if (f->projection == NULL)
		f->projection = projection_open_private(
		    &channels_fold, f->log, f->projections, UINT64_MAX);
	return f->projection != NULL ? 0 : -1;
}

static void
passed_over(const struct event *e)
{
	err_warn("event passed over seq=%" PRIu64 " type=%.*s subject=%.*s",
	    e->seq, STRF(e->type_name), STRF(e->subject));
}

/* E is about the media of a broadcast, or what became of them. */
static bool
is_media(const struct event *e)
{
	return e->type == EVENT_TrackStarted || e->type == EVENT_SegmentReady ||
	       e->type == EVENT_TrackEnded || e->type == EVENT_PartReady ||
	       e->type == EVENT_ThumbnailMade ||
	       e->type == EVENT_StoryboardMade ||
	       e->type == EVENT_MediaRemoved ||
	       e->type == EVENT_RecordingRemoved;
}

/* What was folded of the broadcast that E is about is of no use any more. */
static void
forget(struct follow *f, const struct event *e)
{
	const char *slash = memchr(e->subject.p, '/', e->subject.len);
	size_t at = slash != NULL ? (size_t)(slash + 1 - e->subject.p) : 0;
	struct str id = {e->subject.p + at, e->subject.len - at};
	char name[NAME_SIZE];

	/* Of one that is live more is read by and by. */
	if (e->type == EVENT_PartReady ||
	    (e->type != EVENT_MediaRemoved &&
		channels_live(f->told.channels, id)))
		return;
	if (str_copy(name, sizeof(name), id) == 0)
		library_forget(f->told.library, name);
}

/*
 * Tell of E's media.  An event that breaks the contract is passed over; memory
 * may come back.
 */
static int
media(struct follow *f, const struct event *e)
{
	if (!is_media(e))
		return 0;
	forget(f, e);
	if (channels_media(f->told.channels, e) == 0)
		return 0;
	if (errno != EBADMSG)
		return -1;
	passed_over(e);
	return 0;
}

static int
on_channel(void *arg, const struct channel_state *c)
{
	struct follow *f = arg;

	if (channels_put(f->told.channels, c) == 0)
		return 0;
	if (errno != EBADMSG)
		return -1;
	err_warn("another channel has its broadcast channel=%s broadcast=%s",
	    c->name, c->broadcast);
	return 0;
}

static int
on_recording(void *arg, const struct recording_state *r)
{
	struct follow *f = arg;

	return catalog_put(f->told.catalog, r);
}

static int
on_clip(void *arg, const struct clip_state *c)
{
	struct follow *f = arg;

	return clips_put(f->told.clips, c);
}

/* E is about a clip, which is there now or is not. */
static int
show_clip(struct follow *f, const struct event *e)
{
	struct clip_state c;
	int n = clips_fold_touched(f->projection, e, &c);

	if (n != 1)
		return n;
	if (c.broadcast[0] != '\0')
		return on_clip(f, &c);
	clips_remove(f->told.clips, c.clip);
	return 0;
}

/* Tell what E, which the projection holds now, has changed. */
static int
show(struct follow *f, const struct event *e)
{
	struct recording_state r;
	struct channel_state c;
	int n;

	if (clips_fold_wants(e->type))
		return show_clip(f, e);
	n = channels_fold_recording(f->projection, e, &r);
	if (n == 1 && r.channel[0] == '\0')
		catalog_remove(f->told.catalog, r.broadcast);
	else if (n == 1)
		n = on_recording(f, &r);
	if (n != -1 && (n = channels_fold_touched(f->projection, e, &c)) == 1)
		n = on_channel(f, &c);
	return n == -1 ? -1 : media(f, e);
}

/* What is seen of a broadcast that ended: its end alone is read. */
static int
look_back(
    struct follow *f, const struct retell *tell, const struct channel_state *c)
{
	struct picture picture;
	size_t i = 0;

	while (i < c->tracks && !c->track[i].video)
		i++;
	if (i == c->tracks)
		return 0;
	if (retell_picture(tell, c->track[i].name, &picture) == -1)
		return -1;
	channels_picture(f->told.channels, c->broadcast, &picture);
	return 0;
}

/* The segments of C's broadcast, read alone through the log's index. */
static int
on_broadcast(void *arg, const struct channel_state *c)
{
	struct follow *f = arg;
	const struct retell tell = {.log = f->log,
	    .channel = c->name,
	    .broadcast = c->broadcast,
	    .until = UINT64_MAX,
	    .window_us = f->told.window_us,
	    .passed_over = passed_over};
	struct broadcast *b;

	if (!c->live)
		return look_back(f, &tell, c);
	if ((b = retell_live(&tell)) == NULL)
		return -1;
	channels_adopt(f->told.channels, &b);
	broadcast_close(b);
	return 0;
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
	if (channels_fold_each_recording(f->projection, on_recording, f) != 0 ||
	    clips_fold_each(f->projection, on_clip, f) != 0 ||
	    channels_fold_each(f->projection, on_channel, f) != 0 ||
	    channels_broadcasts(f->told.channels, on_broadcast, f) != 0)
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
	if (n == -1 || channels_publish(f->told.channels) == -1)
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
