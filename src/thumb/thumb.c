#include "thumb.h"
#include "air.h"
#include "board.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	SECOND_US = 1000000,
	END_WAIT_US = 1 * SECOND_US, /* what a broadcast said last comes by */
	AGAIN_US = 10 * SECOND_US,   /* after trouble */
	FIRST_LOOK_US = SECOND_US,   /* while there is nothing to be seen yet */
	BOARD_TROUBLES = 3
};

/* A worker, and whom it works for. */
struct bench {
	struct hand hand;
	struct air_show *show; /* NULL: it is free */
	bool live;             /* what is being made of it */
};

struct thumb {
	struct thumb_ctx *ctx;
	char log_dir[PATH_MAX], media_dir[PATH_MAX];
	int media;       /* the folder, or -1: it is not there yet */
	struct log *log; /* NULL: it is not there yet */
	struct air *air;
	struct say *say;
	struct buf answer;
	unsigned troubles; /* with the storyboard at hand */
	bool said;         /* that the log cannot be read */
	struct bench bench[THUMB_MAX_JOBS];
};

/* What goes wrong with S, once. */
static void
complain(struct thumb *t, struct air_show *s, const char *what)
{
	t->ctx->figures.failures++;
	if (!s->complained)
		err_warn(
		    "%s broadcast=%s: %s", what, s->broadcast, strerror(errno));
	s->complained = true;
}

/* Have worker W do what O says for S. */
static int
begin(struct bench *w, struct air_show *s, const struct order *o)
{
	if (hand_start(&w->hand, o) == -1)
		return -1;
	w->show = s;
	w->live = s->live;
	s->busy = true;
	return 0;
}

static void
begin_live(struct thumb *t, struct bench *w, struct air_show *s, uint64_t now)
{
	struct order o;
	int n = -1;

	s->due_us = now + t->ctx->every_s * SECOND_US;
	if (order_init(&o, t->media, s->broadcast) == 0) {
		n = live_order(&o, t->log, s);
		if (n == 1 && begin(w, s, &o) == -1)
			n = -1;
		order_fini(&o);
	}
	/* Its folder comes with its first segment. */
	if (n == 0 || (n == -1 && errno == ENOENT))
		s->due_us = now + FIRST_LOOK_US;
	else if (n == -1)
		complain(t, s, "cannot look at it");
}

/* The storyboard of S is done, or never will be. */
static void
end_board(struct thumb *t, struct air_show *s)
{
	if (board_tell(s->board, t->say) == -1) {
		s->due_us = clock_mono_us() + AGAIN_US;
		return;
	}
	board_close(s->board);
	air_drop(t->air, s);
	t->ctx->figures.boards++;
	t->troubles = 0;
}

static void
board_trouble(struct thumb *t, struct air_show *s)
{
	complain(t, s, "cannot make its storyboard");
	s->due_us = clock_mono_us() + SECOND_US;
	if (++t->troubles < BOARD_TROUBLES)
		return;
	t->troubles = 0;
	if (s->board == NULL) {
		air_drop(t->air, s); /* the next start tries again */
		return;
	}
	board_give_up(s->board);
	end_board(t, s);
}

static void
begin_board(struct thumb *t, struct bench *w, struct air_show *s)
{
	struct order o;
	int n = -1;

	if (s->board == NULL)
		s->board = board_open(t->log, t->media_dir, s->broadcast);
	if (s->board != NULL && order_init(&o, t->media, s->broadcast) == 0) {
		n = board_order(s->board, &o);
		if (n == 1 && begin(w, s, &o) == -1)
			n = -1;
		order_fini(&o);
	}
	if (n == 0)
		end_board(t, s);
	else if (n == -1)
		board_trouble(t, s);
}

/* Worker W came to END: take what it has. */
static void
end(struct thumb *t, struct bench *w, enum hand_end how)
{
	struct str answer = buf_str(&t->answer);
	struct air_show *s = w->show;
	int n;

	w->show = NULL;
	s->busy = false;
	if (how == HAND_FAILED) {
		errno = EBADMSG;
		complain(t, s, "a worker died of it");
	}
	if (!w->live) {
		if (board_take(s->board, how, answer) == -1)
			board_trouble(t, s);
		return;
	}
	if ((n = live_take(s, answer, t->media_dir, t->say)) == -1)
		complain(t, s, "cannot keep its picture");
	else
		t->ctx->figures.pictures += (uint64_t)n;
}

static void
look_at_hands(struct thumb *t, uint64_t now)
{
	for (uint64_t i = 0; i < t->ctx->jobs; i++) {
		struct bench *w = &t->bench[i];
		enum hand_end how;

		if (w->show != NULL &&
		    (how = hand_look(&w->hand, now, &t->answer)) != HAND_BUSY)
			end(t, w, how);
	}
}

/* A worker that has nothing to do, or NULL. */
static struct bench *
idle(struct thumb *t)
{
	for (uint64_t i = 0; i < t->ctx->jobs; i++)
		if (t->bench[i].show == NULL)
			return &t->bench[i];
	return NULL;
}

static bool
board_at_work(const struct thumb *t)
{
	for (uint64_t i = 0; i < t->ctx->jobs; i++)
		if (t->bench[i].show != NULL && !t->bench[i].live)
			return true;
	return false;
}

/* What is due longest of what is live, or was; or NULL. */
static struct air_show *
next_due(const struct thumb *t, bool live, uint64_t now)
{
	struct air_show *found = NULL;

	for (struct air_show *s = air_first(t->air); s != NULL; s = s->next)
		if (s->live == live && !s->busy && s->due_us <= now &&
		    (found == NULL || s->due_us < found->due_us))
			found = s;
	return found;
}

static void
begin_due(struct thumb *t, uint64_t now)
{
	struct air_show *s;
	struct bench *w;

	while ((w = idle(t)) != NULL && (s = next_due(t, true, now)) != NULL)
		begin_live(t, w, s, now);
	/* One storyboard at a time, of what ended last. */
	if (t->ctx->no_boards || board_at_work(t) || (w = idle(t)) == NULL)
		return;
	if ((s = next_due(t, false, now)) != NULL)
		begin_board(t, w, s);
	else
		(void)air_recall(t->air);
}

/* The log and the media, once they are there.  0, or -1 with errno. */
static int
attach(struct thumb *t)
{
	if (t->media == -1)
		t->media =
		    open(t->media_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->log == NULL && (t->log = log_open(t->log_dir)) == NULL)
		return -1;
	if (t->air == NULL && (t->air = air_open(t->log)) == NULL)
		return -1;
	return air_turn(t->air, END_WAIT_US);
}

int
thumb_tick(void *arg)
{
	struct thumb *t = ((struct thumb_ctx *)arg)->thumb;
	uint64_t now = clock_mono_us();

	say_turn(t->say);
	look_at_hands(t, now);
	if (attach(t) == -1) {
		if (!t->said)
			err_warn("waiting for the log %s: %s", t->log_dir,
			    strerror(errno));
		t->said = true;
		return 0;
	}
	t->said = false;
	for (struct air_show *s = air_first(t->air); s != NULL; s = s->next)
		if (s->live)
			live_repeat(s, t->say, now);
	if (t->media != -1)
		begin_due(t, now);
	air_count(t->air, &t->ctx->figures.live, &t->ctx->figures.waiting);
	return 0;
}

int
thumb_open(void *arg, zloop_t *loop, int *code)
{
	struct thumb_ctx *ctx = arg;
	struct thumb *t = calloc(1, sizeof(*t));

	(void)loop;
	if (ctx->worker) {
		err_msg("--worker stands alone");
		*code = EXIT_PERM;
		free(t);
		return -1;
	}
	if (t == NULL || conf_path(t->log_dir, CONF_STATE, "log") == -1 ||
	    conf_path(t->media_dir, CONF_STATE, "media") == -1 ||
	    (t->say = say_open()) == NULL) {
		err_sys("start");
		free(t);
		return -1;
	}
	t->ctx = ctx;
	t->media = -1;
	buf_init(&t->answer, TASK_MAX_BYTES);
	ctx->thumb = t;
	return 0;
}

int
thumb_drain(void *arg)
{
	struct thumb *t = ((struct thumb_ctx *)arg)->thumb;

	/* What is at work is begun anew by the next start. */
	say_turn(t->say);
	return say_waiting(t->say) > 0 ? 1 : 0;
}

void
thumb_close(void *arg)
{
	struct thumb_ctx *ctx = arg;
	struct thumb *t = ctx->thumb;

	for (uint64_t i = 0; i < ctx->jobs; i++)
		hand_drop(&t->bench[i].hand);
	if (t->air != NULL)
		for (struct air_show *s = air_first(t->air); s != NULL;
		     s = s->next)
			board_close(s->board);
	air_close(t->air);
	log_close(t->log);
	say_close(t->say);
	buf_fini(&t->answer);
	if (t->media != -1)
		(void)close(t->media);
	free(t);
	ctx->thumb = NULL;
}
