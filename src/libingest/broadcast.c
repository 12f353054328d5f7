#include "broadcast_own.h"
#include "clock.h"
#include "err.h"
#include "grace.h"
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void
broadcast_over(struct broadcast *b)
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

void
broadcast_give_up(struct broadcast *b, const char *how)
{
	const struct broadcast_source *source = b->source;

	(void)snprintf(b->reason, sizeof(b->reason),
	    "its programs were started %d times in a minute and died: %s",
	    RUNNER_RESTARTS + 1, how);
	enter(b, BROADCAST_ENDING);
	broadcast_over(b);
	if (source != NULL)
		source->stopped(b->ctx, REFUSAL_PIPELINE,
		    refusal_description(REFUSAL_PIPELINE));
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
	broadcast_choose(b, now_ms);
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
		broadcast_choose(b, now_ms);
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
		broadcast_over(b);
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
