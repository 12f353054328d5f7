#include "play.h"
#include "bus.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "fferr.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	MICRO = 1000000,
	/* How long to sleep when nothing wakes us; the bus is a hint. */
	LOOK_AGAIN_MS = 100,
	MAX_SECONDS = 1000000000
};

struct run {
	const struct play *play;
	struct story story;
	struct mix *mix;
	struct out *out;
	struct bus_sub *sub; /* NULL: what is told is over */
	bool begun;
	int64_t first_us;  /* of the timeline */
	uint64_t began_us; /* when that was written */
};

/* Where TEXT says to begin; LIVE: when it says nothing, with what is new. */
static int
parse_from(struct mix_from *from, const char *text, bool live)
{
	char *end;
	double seconds;

	*from = (struct mix_from){.kind = live ? MIX_NOW : MIX_START};
	if (text == NULL)
		return 0;
	if (strcmp(text, "now") == 0 || strcmp(text, "start") == 0) {
		from->kind = *text == 'n' ? MIX_NOW : MIX_START;
		return 0;
	}
	seconds = strtod(text, &end);
	if (end == text || *end != '\0' ||
	    !(seconds > -(double)MAX_SECONDS && seconds < MAX_SECONDS)) {
		err_msg("--from %s: want now, start or seconds", text);
		return -1;
	}
	from->kind = MIX_PLACE;
	from->place_us = (int64_t)(seconds * MICRO);
	/* -0 s before the end is its end. */
	if (*text == '-' && from->place_us == 0)
		from->kind = MIX_NOW;
	return 0;
}

static struct log *
open_log(void)
{
	char dir[PATH_MAX];
	struct log *l = NULL;

	if (conf_path(dir, CONF_STATE, "log") == -1)
		err_sys("WEIR_STATE");
	else if ((l = log_open(dir)) == NULL && errno == ENOENT)
		err_msg("there is no log in %s (WEIR_STATE)", dir);
	else if (l == NULL)
		err_sys("open the log in %s", dir);
	return l;
}

/* Wait until F is due. */
static void
keep_pace(struct run *r, const struct mix_frame *f)
{
	uint64_t now_us = clock_mono_us(), due_us;
	struct timespec t;

	if (!r->begun) {
		r->first_us = f->at_us;
		r->began_us = now_us;
	}
	due_us = r->began_us + (uint64_t)(f->at_us - r->first_us);
	if (due_us <= now_us || f->at_us < r->first_us)
		return;
	t.tv_sec = (time_t)((due_us - now_us) / MICRO);
	t.tv_nsec = (long)((due_us - now_us) % MICRO * 1000);
	(void)nanosleep(&t, NULL);
}

/* Say what there is to say.  An exit code after a failure, or -1. */
static int
failed(void)
{
	/* Whoever read has seen enough. */
	if (errno == EPIPE)
		return EXIT_OK;
	if (errno == ENOTSUP)
		return EXIT_PERM;
	err_sys("write");
	return EXIT_TEMP;
}

/* All that is there by now.  An exit code, or -1 to go on. */
static int
pour(struct run *r)
{
	struct mix_frame f;
	enum mix_result n;

	while ((n = mix_next(r->mix, &f)) == MIX_FRAME) {
		if (r->play->pace) {
			if (out_flush(r->out) == -1)
				return failed();
			keep_pace(r, &f);
		}
		r->begun = true;
		if (out_frame(r->out, r->mix, &f) == -1)
			return failed();
	}
	if (out_flush(r->out) == -1)
		return failed();
	switch (n) {
	case MIX_OVER:
		return EXIT_OK;
	case MIX_NOTHING:
		err_msg("there is nothing to play of %s", r->play->name);
		return EXIT_PERM;
	case MIX_FAILED:
		return EXIT_TEMP;
	case MIX_FRAME:
	case MIX_WAIT:
		break;
	}
	return -1;
}

static int
follow(struct run *r)
{
	static const char *const types[] = {"TrackStarted", "SegmentReady",
	    "TrackEnded", "BroadcastEnded", "PartReady"};
	struct event e;
	int rc;

	if (!r->story.ended && (r->sub = bus_sub_open(types,
				    sizeof(types) / sizeof(*types))) == NULL) {
		err_sys("listen to weir-logd");
		return EXIT_TEMP;
	}
	for (;;) {
		if (story_turn(&r->story) == -1)
			return EXIT_TEMP;
		if ((rc = pour(r)) != -1)
			return rc;
		if (r->sub != NULL &&
		    bus_sub_next(r->sub, LOOK_AGAIN_MS, &e) == 1)
			story_hear(&r->story, &e);
	}
}

static int
play_story(struct run *r)
{
	struct mix_from from;
	int rc = EXIT_TEMP;

	if (parse_from(&from, r->play->from, !r->story.ended) == -1)
		return EXIT_PERM;
	if ((r->mix = mix_open(&r->story, r->play->track, &from)) == NULL)
		return EXIT_TEMP;
	if ((r->out = out_open(STDOUT_FILENO, r->play->format)) == NULL)
		err_sys("start");
	else
		rc = follow(r);
	out_close(r->out);
	bus_sub_close(r->sub);
	mix_close(r->mix);
	return rc;
}

int
play(const struct play *p)
{
	struct run r = {.play = p};
	struct log *l;
	int rc;

	fferr_quiet();
	(void)signal(SIGPIPE, SIG_IGN);
	if ((l = open_log()) == NULL)
		return EXIT_TEMP;
	rc = p->wait ? story_await(&r.story, l, p->name)
		     : story_open(&r.story, l, p->name);
	if (rc == 0)
		rc = play_story(&r);
	story_close(&r.story);
	log_close(l);
	return rc;
}
