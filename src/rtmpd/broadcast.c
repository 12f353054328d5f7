#include "broadcast.h"
#include "clock.h"
#include "environ.h"
#include "err.h"
#include "journal.h"
#include "remux.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 1024 * 1024 };

struct broadcast {
	struct broadcasts *set;
	struct broadcast *next, **link;
	char channel[JOURNAL_CHANNEL_SIZE], id[UUID_TEXT_SIZE];
	broadcast_stopped_fn *stopped; /* NULL: the encoder has left */
	void *ctx;

	struct remux *remux;
	struct pipeline *pipeline; /* NULL between two starts, and at the end */
	uint64_t starts;
	uint64_t restart_ms; /* when to start it again; 0: it runs */
	uint64_t restarted_ms[BROADCAST_RESTARTS]; /* a ring of the last */
	char died[CHILD_HOW_SIZE];

	struct remux_count counted; /* in the figures, already */
	struct remux_count measured;
	uint64_t measured_ms;
	bool warned; /* of frames dropped */

	char reason[JOURNAL_REASON_SIZE]; /* of its end */
	bool ending; /* the pipeline has ended: the log is to be told */
	bool told;   /* and its answer is awaited */
};

struct broadcasts {
	struct broadcasts_setup setup;
	struct broadcast *first;
	size_t n;
	struct buf batch; /* of IngestMeasured */
	bool unanswered;  /* the last batch is */
	uint64_t measured_ms;
};

static pipeline_ended_fn on_pipeline_ended;

static struct journal_about
about(const struct broadcast *b)
{
	return (struct journal_about){b->channel, b->id};
}

struct broadcasts *
broadcasts_open(const struct broadcasts_setup *setup)
{
	struct broadcasts *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->setup = *setup;
	buf_init(&set->batch, BATCH_MAX);
	return set;
}

static void
destroy(struct broadcast *b)
{
	*b->link = b->next;
	if (b->next != NULL)
		b->next->link = b->link;
	b->set->n--;
	pipeline_close(b->pipeline);
	remux_close(b->remux);
	free(b);
}

void
broadcasts_close(struct broadcasts *set)
{
	if (set == NULL)
		return;
	while (set->first != NULL)
		destroy(set->first);
	buf_fini(&set->batch);
	free(set);
}

struct bus_client *
broadcasts_bus(struct broadcasts *set)
{
	return set->setup.bus;
}

size_t
broadcasts_count(const struct broadcasts *set)
{
	return set->n;
}

size_t
broadcasts_running(const struct broadcasts *set)
{
	size_t n = 0;

	for (const struct broadcast *b = set->first; b != NULL; b = b->next)
		n += b->pipeline != NULL;
	return n;
}

enum broadcast_stage
broadcasts_stage(const struct broadcasts *set, const char *channel)
{
	for (const struct broadcast *b = set->first; b != NULL; b = b->next)
		if (strcmp(b->channel, channel) == 0)
			return b->stopped != NULL ? BROADCAST_LIVE
						  : BROADCAST_ENDING;
	return BROADCAST_NONE;
}

const char *
broadcast_channel(const struct broadcast *b)
{
	return b->channel;
}

/* Carry what the remuxer counted over to the figures. */
static void
count(struct broadcast *b)
{
	const struct remux_count *c = remux_count(b->remux);
	struct figures *f = b->set->setup.figures;

	f->frames += c->video_frames + c->audio_frames -
		     b->counted.video_frames - b->counted.audio_frames;
	f->dropped += c->dropped - b->counted.dropped;
	f->malformed += c->malformed - b->counted.malformed;
	b->counted = *c;
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
	destroy(b);
}

/* Tell the log; when the bus is full the next tick tries again. */
static void
tell_end(struct broadcast *b)
{
	if (b->told)
		return;
	b->told = journal_ended(b->set->setup.bus, about(b), b->reason,
		      EVENT_ANY, on_ended_answer, b) == 0;
}

/* The pipeline has ended, and nothing comes after that. */
static void
end(struct broadcast *b)
{
	count(b);
	pipeline_close(b->pipeline);
	b->pipeline = NULL;
	b->restart_ms = 0;
	b->ending = true;
	err_info("broadcast ended channel=%s broadcast=%s frames=%" PRIu64
		 " dropped=%" PRIu64 " reason=\"%s\"",
	    b->channel, b->id,
	    b->counted.video_frames + b->counted.audio_frames,
	    b->counted.dropped, b->reason);
	tell_end(b);
}

static void
start(struct broadcast *b)
{
	const struct broadcasts_setup *s = &b->set->setup;
	const struct environ_var vars[] = {
	    {"WEIR_STATE", s->state_dir},
	    {"WEIR_RUN", s->run_dir},
	    {"WEIR_CHANNEL", b->channel},
	    {"WEIR_BROADCAST", b->id},
	    {NULL, NULL},
	};
	char **env = environ_make(vars, s->bin_dir);

	b->restart_ms = 0;
	b->starts++;
	if (env != NULL)
		b->pipeline = pipeline_open(
		    s->poller, &s->limits, s->live, env, on_pipeline_ended, b);
	if (b->pipeline == NULL)
		err_sys("start %s", s->live);
	environ_free(env);
}

/* The broadcast cannot go on, since its pipeline does not live. */
static void
give_up(struct broadcast *b)
{
	broadcast_stopped_fn *stopped = b->stopped;

	(void)snprintf(b->reason, sizeof(b->reason),
	    "its programs were started %d times in a minute and died: %s",
	    BROADCAST_RESTARTS + 1, b->died);
	b->stopped = NULL;
	end(b);
	stopped(b->ctx, "NetStream.Failed",
	    "The server cannot process this stream; its operator knows why.");
}

/* The pipeline died, or did not start, while the encoder is there. */
static void
died(struct broadcast *b, uint64_t now_ms)
{
	unsigned recent = 0;

	for (size_t i = 0; i < BROADCAST_RESTARTS; i++)
		recent += b->restarted_ms[i] != 0 &&
			  now_ms - b->restarted_ms[i] < BROADCAST_RESTARTS_MS;
	if (recent == BROADCAST_RESTARTS) {
		give_up(b);
		return;
	}
	b->restart_ms = now_ms + ((uint64_t)BROADCAST_PAUSE_MS << recent);
}

static void
restart(struct broadcast *b, uint64_t now_ms)
{
	/* Its first start is 1, so the ring's oldest is the next to go. */
	b->restarted_ms[b->starts % BROADCAST_RESTARTS] = now_ms;
	remux_restart(b->remux);
	start(b);
	b->set->setup.figures->restarts++;
	err_warn("pipeline restarted channel=%s broadcast=%s attempt=%" PRIu64
		 " reason=\"%s\"",
	    b->channel, b->id, b->starts, b->died);
	if (journal_restarted(
		b->set->setup.bus, about(b), b->died, b->starts) == -1)
		err_warn("the log was not told channel=%s: %s", b->channel,
		    strerror(errno));
	if (b->pipeline == NULL)
		died(b, now_ms);
}

static void
on_pipeline_ended(void *ctx, bool ok, const char *how)
{
	struct broadcast *b = ctx;
	size_t n;

	(void)snprintf(b->died, sizeof(b->died), "%s", how);
	pipeline_close(b->pipeline);
	b->pipeline = NULL;
	if (b->stopped != NULL) {
		died(b, clock_mono_us() / 1000);
		return;
	}
	n = strlen(b->reason);
	if (!ok)
		(void)snprintf(b->reason + n, sizeof(b->reason) - n,
		    "; the pipeline %s", b->died);
	end(b);
}

struct broadcast *
broadcast_open(struct broadcasts *set, const char *channel, const char *id,
    broadcast_stopped_fn *stopped, void *ctx)
{
	struct broadcast *b = calloc(1, sizeof(*b));
	uint64_t now_ms = clock_mono_us() / 1000;

	if (b == NULL)
		return NULL;
	if ((b->remux = remux_open()) == NULL) {
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
	b->stopped = stopped;
	b->ctx = ctx;
	b->measured_ms = now_ms;
	start(b);
	if (b->pipeline == NULL) {
		(void)snprintf(b->died, sizeof(b->died), "cannot be started");
		died(b, now_ms);
	}
	return b;
}

int
broadcast_media(struct broadcast *b, enum session_media kind,
    uint32_t timestamp_ms, const uint8_t *p, size_t len, char *why, size_t cap)
{
	struct buf none = {.max = 0};
	struct buf *out = &none;
	bool room = false;

	if (kind == SESSION_DATA) {
		remux_data(b->remux, p, len);
		return 0;
	}
	if (b->pipeline != NULL) {
		room = pipeline_room(b->pipeline, clock_mono_us() / 1000);
		out = pipeline_queue(b->pipeline);
	}
	return remux_put(b->remux,
	    kind == SESSION_VIDEO ? MEDIA_VIDEO : MEDIA_AUDIO, timestamp_ms, p,
	    len, room, out, why, cap);
}

void
broadcast_flush(struct broadcast *b)
{
	if (b->pipeline != NULL)
		pipeline_flush(b->pipeline);
}

void
broadcast_leave(struct broadcast *b, const char *reason)
{
	(void)snprintf(b->reason, sizeof(b->reason), "%s", reason);
	b->stopped = NULL;
	if (b->pipeline != NULL)
		pipeline_finish(b->pipeline, clock_mono_us() / 1000);
	else
		end(b);
}

void
broadcasts_hurry(struct broadcasts *set, uint64_t finish_ms, uint64_t now_ms)
{
	if (finish_ms < set->setup.limits.finish_ms)
		set->setup.limits.finish_ms = finish_ms;
	for (struct broadcast *b = set->first; b != NULL; b = b->next)
		if (b->stopped == NULL && b->pipeline != NULL)
			pipeline_finish(b->pipeline, now_ms);
}

static void
on_measured(void *arg, size_t index, const struct bus_result *result)
{
	struct broadcasts *set = arg;

	(void)index;
	(void)result;
	set->unanswered = false;
}

/* What came in since the last time, of one broadcast. */
static void
measure(struct broadcast *b, uint64_t now_ms)
{
	const struct remux_count *c = remux_count(b->remux);
	const struct remux_count *m = &b->measured;
	const struct journal_measure v = {
	    .period_us = (now_ms - b->measured_ms) * 1000,
	    .bytes = c->bytes - m->bytes,
	    .video_frames = c->video_frames - m->video_frames,
	    .audio_frames = c->audio_frames - m->audio_frames,
	    .dropped_frames = c->dropped - m->dropped,
	};

	if (v.dropped_frames > 0 && !b->warned)
		err_warn("frames dropped: a keyframe was to come first, or the "
			 "pipeline was away or too slow channel=%s "
			 "broadcast=%s frames=%" PRIu64,
		    b->channel, b->id, v.dropped_frames);
	b->warned = v.dropped_frames > 0;
	if (journal_measured(&b->set->batch, about(b), &v) == -1)
		return;
	b->measured = *c;
	b->measured_ms = now_ms;
}

static void
measure_all(struct broadcasts *set, uint64_t now_ms)
{
	/* While weir-logd is away these are not worth keeping. */
	if (set->unanswered || now_ms < set->measured_ms + BROADCAST_MEASURE_MS)
		return;
	set->measured_ms = now_ms;
	buf_reset(&set->batch);
	for (struct broadcast *b = set->first; b != NULL; b = b->next)
		if (b->stopped != NULL && now_ms > b->measured_ms)
			measure(b, now_ms);
	if (set->batch.len > 0)
		set->unanswered =
		    bus_append(set->setup.bus, buf_str(&set->batch),
			on_measured, set) == 0;
}

void
broadcasts_tick(struct broadcasts *set, uint64_t now_ms)
{
	struct broadcast *b, *next;

	for (b = set->first; b != NULL; b = next) {
		next = b->next;
		count(b);
		if (b->ending)
			tell_end(b);
		else if (b->pipeline != NULL)
			pipeline_tick(b->pipeline, now_ms);
		else if (b->restart_ms != 0 && now_ms >= b->restart_ms)
			restart(b, now_ms);
	}
	measure_all(set, now_ms);
}
