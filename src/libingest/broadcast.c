#include "broadcast_own.h"
#include "choice.h"
#include "clock.h"
#include "environ.h"
#include "err.h"
#include "grace.h"
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* What pipelines die of so soon, so often, is not said to another. */
	REPLAYED_MS = 2000,
	REPLAYS = 2,
	/* A log that does not say which pipeline it is to be is waited for. */
	CHOOSE_MS = 2000
};

struct journal_about
broadcast_about(const struct broadcast *b)
{
	return (struct journal_about){b->set->setup.source, b->channel, b->id};
}

void
broadcast_destroy(struct broadcast *b)
{
	*b->link = b->next;
	if (b->next != NULL)
		b->next->link = b->link;
	b->set->n--;
	runner_stop(&b->runner);
	mux_close(b->mux);
	free(b);
}

enum broadcast_stage
broadcast_stage(const struct broadcast *b)
{
	return b->stage;
}

const char *
broadcast_channel(const struct broadcast *b)
{
	return b->channel;
}

const char *
broadcast_id(const struct broadcast *b)
{
	return b->id;
}

static void
on_ended_answer(void *arg, size_t index, const struct bus_result *result)
{
	struct broadcast *b = arg;

	(void)index;
	if (result->status == BUS_REFUSED)
		err_warn("the log refused the end of a broadcast channel=%s "
			 "broadcast=%s why=\"%.*s\"",
		    b->channel, b->id, STRF(result->why));
	broadcast_destroy(b);
}

void
broadcast_tell_end(struct broadcast *b)
{
	if (b->told || !broadcasts_tell_turns(b->set))
		return;
	b->told = journal_ended(b->set->setup.bus, broadcast_about(b),
		      b->reason, EVENT_ANY, on_ended_answer, b) == 0;
}

/* The pipeline has ended, and nothing comes after that. */
static void
end(struct broadcast *b)
{
	gauge_count(&b->gauge, b->mux, b->set->setup.figures);
	runner_stop(&b->runner);
	if (b->handed_on) {
		err_info("broadcast left to the next ingest channel=%s "
			 "broadcast=%s",
		    b->channel, b->id);
		broadcast_destroy(b);
		return;
	}
	b->ended = true;
	err_info("broadcast ended channel=%s broadcast=%s frames=%" PRIu64
		 " dropped=%" PRIu64 " reason=\"%s\"",
	    b->channel, b->id,
	    b->gauge.counted.video_frames + b->gauge.counted.audio_frames,
	    b->gauge.counted.dropped, b->reason);
	broadcast_tell_end(b);
}

/* The program B is to go through: the channel's own, if there is one. */
static int
find_program(const struct broadcast *b, char path[PATH_MAX])
{
	const char *usual = b->set->setup.usual;

	if (b->pipeline[0] != '\0') {
		if (program_find(path, b->pipeline) == 0)
			return 0;
		err_warn("the channel's pipeline cannot be started, taking %s "
			 "channel=%s pipeline=%s: %s",
		    usual, b->channel, b->pipeline, strerror(errno));
	}
	return program_find(path, usual);
}

static struct pipeline *
on_start(void *ctx, pipeline_ended_fn *ended, void *arg)
{
	const struct broadcast *b = ctx;
	const struct broadcasts_setup *s = &b->set->setup;
	const struct environ_var vars[] = {
	    {"WEIR_STATE", s->state_dir},
	    {"WEIR_RUN", s->run_dir},
	    {"WEIR_CHANNEL", b->channel},
	    {"WEIR_BROADCAST", b->id},
	    {"WEIR_CLOCK", b->clock},
	    {NULL, NULL},
	};
	char **env = environ_make(vars, s->bin_dir);
	struct pipeline *p = NULL;
	char path[PATH_MAX] = "a pipeline";

	if (env != NULL && find_program(b, path) == 0)
		p = pipeline_open(s->poller, &s->limits, path, env, ended, arg);
	if (p == NULL)
		err_sys("start %s", path);
	environ_free(env);
	return p;
}

/* From now on B is in STAGE, without an encoder unless one comes with it. */
static void
enter(struct broadcast *b, enum broadcast_stage stage)
{
	uint64_t *interrupted = &b->set->setup.figures->interrupted;

	*interrupted -= b->stage == BROADCAST_INTERRUPTED;
	*interrupted += stage == BROADCAST_INTERRUPTED;
	b->stage = stage;
	b->source = NULL;
}

/* The broadcast cannot go on, since its pipeline does not live. */
static void
on_given_up(void *ctx, const char *how)
{
	struct broadcast *b = ctx;
	const struct broadcast_source *source = b->source;

	(void)snprintf(b->reason, sizeof(b->reason),
	    "its programs were started %d times in a minute and died: %s",
	    RUNNER_RESTARTS + 1, how);
	enter(b, BROADCAST_ENDING);
	end(b);
	if (source != NULL)
		source->stopped(b->ctx, REFUSAL_PIPELINE,
		    refusal_description(REFUSAL_PIPELINE));
}

/* Give the pipeline, which runs, the frames of late. */
static void
say_again(struct broadcast *b)
{
	if (mux_replay(b->mux, pipeline_queue(b->runner.pipeline)) == -1)
		mux_restart(b->mux);
	pipeline_flush(b->runner.pipeline);
}

/*
 * Have the pipeline that was started begin with the frames of late, unless it
 * is of them that those before died.
 */
static void
replay(struct broadcast *b, bool temporary)
{
	uint64_t now_ms = clock_mono_us() / 1000;

	if (b->replayed_ms == 0 || now_ms >= b->replayed_ms + REPLAYED_MS ||
	    temporary)
		b->replays = 0;
	if (b->runner.pipeline == NULL || b->replays == REPLAYS) {
		b->replays = 0;
		b->replayed_ms = 0;
		mux_restart(b->mux);
		return;
	}
	b->replays++;
	b->replayed_ms = now_ms;
	say_again(b);
}

static void
on_restarted(void *ctx, const char *how, uint64_t attempt)
{
	struct broadcast *b = ctx;

	replay(b, strcmp(how, CHILD_HOW_TEMP) == 0);
	b->set->setup.figures->restarts++;
	err_warn("pipeline restarted channel=%s broadcast=%s attempt=%" PRIu64
		 " reason=\"%s\"",
	    b->channel, b->id, attempt, how);
	if (journal_restarted(
		b->set->setup.bus, broadcast_about(b), how, attempt) == -1)
		err_warn("the log was not told channel=%s: %s", b->channel,
		    strerror(errno));
}

static void
on_finished(void *ctx, bool ok, const char *how)
{
	struct broadcast *b = ctx;
	size_t n = strlen(b->reason);

	if (!ok)
		(void)snprintf(b->reason + n, sizeof(b->reason) - n,
		    "; the pipeline %s", how);
	end(b);
}

/* Start its pipeline for the first time in this process. */
static void
begin(struct broadcast *b, uint64_t now_ms)
{
	static const struct runner_ops ops = {
	    on_start, on_restarted, on_given_up, on_finished};

	b->choose_ms = 0;
	runner_begin(&b->runner, &ops, b, now_ms);
	if (b->early && b->runner.pipeline != NULL)
		say_again(b);
	b->early = false;
	if (b->stage == BROADCAST_ENDING && !runner_finish(&b->runner, now_ms))
		end(b);
}

static void
on_choice(void *ctx, const char *channel, const char *pipeline)
{
	/* By its name, since it may have ended meanwhile. */
	struct broadcast *b = broadcasts_find(ctx, channel);

	if (b == NULL || b->choose_ms == 0)
		return;
	(void)snprintf(b->pipeline, sizeof(b->pipeline), "%s", pipeline);
	begin(b, clock_mono_us() / 1000);
}

/* Start its pipeline once it is known which one that is. */
static void
choose(struct broadcast *b, uint64_t now_ms)
{
	b->choose_ms = now_ms + CHOOSE_MS;
	if (choices_ask(b->set->choices, b->channel, on_choice, b->set) == -1)
		begin(b, now_ms);
}

void
broadcast_choose_on(struct broadcast *b, uint64_t now_ms)
{
	if (b->choose_ms != 0 && now_ms >= b->choose_ms)
		begin(b, now_ms);
}

static void
on_grace(void *arg, const struct event *e)
{
	static const struct str prefix = {"grace/", 6};
	struct broadcasts *set = arg;
	char channel[JOURNAL_CHANNEL_SIZE];
	struct broadcast *b;

	if (e == NULL || !str_starts(e->subject, prefix) ||
	    str_copy(channel, sizeof(channel),
		(struct str){e->subject.p + prefix.len,
		    e->subject.len - prefix.len}) == -1)
		return;
	/* By its name, since it may have ended meanwhile. */
	if ((b = broadcasts_find(set, channel)) != NULL)
		b->grace_ms = grace_said_ms(e, set->setup.grace_ms);
}

/* An encoder is there. */
static void
live(struct broadcast *b, const struct broadcast_source *source, void *ctx,
    uint64_t now_ms)
{
	enter(b, BROADCAST_LIVE);
	b->source = source;
	b->ctx = ctx;
	b->reason[0] = '\0';
	gauge_begin(&b->gauge, b->mux, now_ms);
	/* Until the answer comes it is what it was. */
	(void)grace_ask(b->set->setup.bus, b->channel, on_grace, b->set);
}

static struct broadcast *
make(struct broadcasts *set, const char *channel, const char *id)
{
	struct broadcast *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	if (uuid_v7(b->clock) == -1 ||
	    (b->mux = mux_open(set->setup.hz)) == NULL) {
		free(b);
		return NULL;
	}
	b->set = set;
	b->next = set->first;
	b->link = &set->first;
	if (b->next != NULL)
		b->next->link = &b->next;
	set->first = b;
	set->n++;
	(void)snprintf(b->channel, sizeof(b->channel), "%s", channel);
	(void)snprintf(b->id, sizeof(b->id), "%s", id);
	b->grace_ms = set->setup.grace_ms;
	beat_init(&b->beat, set->setup.part_us);
	return b;
}

struct broadcast *
broadcast_open(struct broadcasts *set, const char *channel, const char *id,
    const struct broadcast_source *source, void *ctx)
{
	struct broadcast *b = make(set, channel, id);
	uint64_t now_ms = clock_mono_us() / 1000;

	if (b == NULL)
		return NULL;
	live(b, source, ctx, now_ms);
	choose(b, now_ms);
	return b;
}

/* Nobody is there, from now on. */
static void
wait(struct broadcast *b, const char *reason)
{
	enter(b, BROADCAST_INTERRUPTED);
	broadcast_flush(b);
	b->interrupted_ms = clock_mono_us() / 1000;
	b->until_ms = b->interrupted_ms + b->grace_ms;
	(void)snprintf(b->reason, sizeof(b->reason), "%s", reason);
	err_info("broadcast interrupted channel=%s broadcast=%s "
		 "grace_ms=%" PRIu64 " reason=\"%s\"",
	    b->channel, b->id, b->grace_ms, b->reason);
}

int
broadcast_adopt(struct broadcasts *set, const char *channel, const char *id,
    uint64_t grace_ms)
{
	struct broadcast *b = make(set, channel, id);

	if (b == NULL)
		return -1;
	b->grace_ms = grace_ms;
	wait(b, "the ingest was restarted");
	return 0;
}

static void
interrupt(struct broadcast *b, const char *reason)
{
	wait(b, reason);
	(void)journal_put_interrupted(&b->set->turns, broadcast_about(b),
	    reason, clock_real_us() + b->grace_ms * 1000);
	(void)broadcasts_tell_turns(b->set);
}

void
broadcast_interrupt(struct broadcast *b, const char *reason)
{
	if (b->grace_ms > 0)
		interrupt(b, reason);
	else
		broadcast_leave(b, reason);
}

void
broadcast_resume(struct broadcast *b, const char *encoder,
    const struct broadcast_source *source, void *ctx)
{
	uint64_t now_ms = clock_mono_us() / 1000;
	uint64_t waited_ms = now_ms - b->interrupted_ms;

	b->set->setup.figures->resumed++;
	live(b, source, ctx, now_ms);
	err_info("broadcast resumed channel=%s broadcast=%s waited_ms=%" PRIu64,
	    b->channel, b->id, waited_ms);
	(void)journal_put_resumed(
	    &b->set->turns, broadcast_about(b), encoder, waited_ms * 1000);
	(void)broadcasts_tell_turns(b->set);
	mux_resume(b->mux);
	beat_reset(&b->beat);
	if (!runner_begun(&b->runner))
		choose(b, now_ms);
}

void
broadcast_ping(struct broadcast *b)
{
	b->source->ping(b->ctx);
}

uint64_t
broadcast_heard_ms(const struct broadcast *b)
{
	return b->source->heard_ms(b->ctx);
}

void
broadcast_take_over(struct broadcast *b)
{
	const struct broadcast_source *source = b->source;
	void *ctx = b->ctx;

	b->set->setup.figures->taken_over++;
	interrupt(b, "another encoder took over");
	source->stopped(ctx, REFUSAL_BUSY,
	    "Another encoder publishes to this channel now.");
}

void
broadcast_expect(struct broadcast *b, unsigned video, unsigned audio)
{
	mux_expect(b->mux, video, audio);
}

int
broadcast_track(
    struct broadcast *b, unsigned track, const struct media_track *is)
{
	return mux_track(b->mux, track, is);
}

void
broadcast_malformed(struct broadcast *b)
{
	mux_malformed(b->mux);
}

int
broadcast_packet(struct broadcast *b, const struct nut_packet *p)
{
	struct buf none = {.max = 0};
	struct buf *out = &none;
	const struct mux_frame *f = mux_last(b->mux);
	bool room = false;

	if (b->runner.pipeline != NULL) {
		room =
		    pipeline_room(b->runner.pipeline, clock_mono_us() / 1000);
		out = pipeline_queue(b->runner.pipeline);
	}
	b->early |= b->choose_ms != 0;
	if (mux_put(b->mux, p, room, out) == -1)
		return -1;
	if (f->leads)
		beat_frame(&b->beat, f->kind, f->key, f->dts_us);
	return 0;
}

void
broadcast_set_link(struct broadcast *b, const struct broadcast_link *link)
{
	gauge_set_link(&b->gauge, link);
}

const struct beat *
broadcast_beat(const struct broadcast *b)
{
	return &b->beat;
}

void
broadcast_flush(struct broadcast *b)
{
	if (b->runner.pipeline != NULL)
		pipeline_flush(b->runner.pipeline);
}

void
broadcast_leave(struct broadcast *b, const char *reason)
{
	(void)snprintf(b->reason, sizeof(b->reason), "%s", reason);
	enter(b, BROADCAST_ENDING);
	/* What came is for the pipeline, once it is known. */
	if (b->choose_ms == 0 &&
	    !runner_finish(&b->runner, clock_mono_us() / 1000))
		end(b);
}

void
broadcast_hand_on(struct broadcast *b)
{
	b->handed_on = true;
	broadcast_leave(b, b->reason);
}

void
broadcast_lapse(struct broadcast *b)
{
	char reason[JOURNAL_REASON_SIZE];

	(void)snprintf(reason, sizeof(reason),
	    "%.120s, and no encoder came within %" PRIu64 " s", b->reason,
	    (b->until_ms - b->interrupted_ms) / 1000);
	broadcast_leave(b, reason);
}
