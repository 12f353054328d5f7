#include "onair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAMES_MAX_BYTES = 64 * 1024 * 1024,
	/* A broadcast's first events tell its tracks, the last ones how it
	 * goes; what lies between may be days long and is not read. */
	FIRST_EVENTS = 64,
	LAST_EVENTS = 256,
	RATE_US = 10 * 1000 * 1000 /* the bit rate's window */
};

/* Whatever is longer than the schema allows was never accepted. */
#define COPY(dst, src) (void)str_copy((dst), sizeof(dst), (src))

typedef int event_fn(void *arg, const struct event *e);

/*
 * Call FN for SUBJECT's events from version FROM to the end, at most LIMIT.
 * 0, what FN returned, or -1 with errno.
 */
static int
each(struct log *l, struct str subject, uint64_t from, uint64_t limit,
    event_fn *fn, void *arg)
{
	struct log_reader *r = log_reader_open_subject(l, subject, from);
	struct event e;
	int n = 0, saved;

	if (r == NULL)
		return -1;
	while (limit-- > 0 && (n = log_reader_next(r, &e)) == 1)
		if ((n = fn(arg, &e)) != 0)
			break;
	saved = errno;
	log_reader_close(r);
	errno = saved;
	return n == 1 ? 0 : n;
}

/* "PREFIX/NAME" into DST. */
static struct str
subject_of(char *dst, size_t cap, const char *prefix, const char *name)
{
	int n = snprintf(dst, cap, "%s/%s", prefix, name);

	return (struct str){dst, n > 0 ? (size_t)n : 0};
}

/* A channel's own story: whether it is there, and its title. */
struct about {
	struct onair_channel *c;
	bool there;
};

static int
about(void *arg, const struct event *e)
{
	struct about *a = arg;
	struct ChannelAdded added;
	struct ChannelTitled titled;

	if (e->type == EVENT_ChannelAdded &&
	    EVENT_GET(e, ChannelAdded, &added) == 0) {
		a->there = true;
		COPY(a->c->title, added.title);
	} else if (e->type == EVENT_ChannelTitled &&
		   EVENT_GET(e, ChannelTitled, &titled) == 0) {
		COPY(a->c->title, titled.title);
	} else if (e->type == EVENT_ChannelRemoved) {
		a->there = false;
	}
	return 0;
}

/* The turns of live/<channel>, from somewhere on. */
struct turns {
	struct onair_channel *c;
	bool known, live; /* known: a start or an end was among them */
};

static int
turn(void *arg, const struct event *e)
{
	struct turns *t = arg;
	struct BroadcastInterrupted interrupted;
	struct BroadcastStarted b;

	if (e->type == EVENT_BroadcastStarted &&
	    EVENT_GET(e, BroadcastStarted, &b) == 0) {
		t->known = t->live = true;
		t->c->since_us = e->time_us;
		t->c->restarts = 0;
		t->c->interrupted_us = 0;
		COPY(t->c->broadcast, b.broadcast);
		COPY(t->c->protocol, b.protocol);
		COPY(t->c->encoder, b.encoder);
	} else if (e->type == EVENT_BroadcastEnded) {
		t->known = true;
		t->live = false;
	} else if (e->type == EVENT_BroadcastInterrupted &&
		   EVENT_GET(e, BroadcastInterrupted, &interrupted) == 0) {
		/* Said again after a restart, it is the same wait. */
		if (t->c->interrupted_us == 0)
			t->c->interrupted_us = e->time_us;
		t->c->until_us = interrupted.until_us;
	} else if (e->type == EVENT_BroadcastResumed) {
		t->c->interrupted_us = 0;
	} else if (e->type == EVENT_PipelineRestarted) {
		t->c->restarts++;
	}
	return 0;
}

/*
 * Whether the channel is live, read backwards in growing steps: its last
 * start or end may lie behind any number of restarts.  1, 0 or -1.
 */
static int
is_live(struct log *l, struct onair_channel *c)
{
	char text[ONAIR_MAX_NAME + 16];
	struct str subject = subject_of(text, sizeof(text), "live", c->name);
	struct turns t = {.c = c};
	struct log_subject at;

	if (log_subject(l, subject, &at) == -1)
		return -1;
	for (uint64_t step = 8; at.version > 0; step *= 8) {
		uint64_t from = at.version > step ? at.version - step + 1 : 1;

		c->restarts = 0;
		c->interrupted_us = 0;
		if (each(l, subject, from, UINT64_MAX, turn, &t) == -1)
			return -1;
		if (t.known || from == 1)
			break;
	}
	return t.live;
}

static struct onair_track *
track_named(struct onair_channel *c, struct str name)
{
	for (size_t i = 0; i < c->tracks; i++)
		if (str_eqz(name, c->track[i].name))
			return &c->track[i];
	if (c->tracks == ONAIR_MAX_TRACKS)
		return NULL;
	c->track[c->tracks] = (struct onair_track){0};
	COPY(c->track[c->tracks].name, name);
	return &c->track[c->tracks++];
}

static int
media(void *arg, const struct event *e)
{
	struct onair_channel *c = arg;
	struct onair_track *t;
	struct TrackStarted started;
	struct SegmentReady seg;

	if (e->type == EVENT_TrackStarted &&
	    EVENT_GET(e, TrackStarted, &started) == 0 &&
	    (t = track_named(c, started.track)) != NULL) {
		COPY(t->kind, started.kind);
		COPY(t->codecs, started.codecs);
		t->width = started.width;
		t->height = started.height;
		if (started.frame_rate_den > 0)
			t->frame_rate_mhz = started.frame_rate_num * 1000 /
					    started.frame_rate_den;
		t->sample_rate_hz = started.sample_rate_hz;
		t->channels = started.channels;
	} else if (e->type == EVENT_SegmentReady &&
		   EVENT_GET(e, SegmentReady, &seg) == 0 &&
		   (t = track_named(c, seg.track)) != NULL) {
		t->segments = seg.msn + 1;
		t->last_us = e->time_us;
		/* An exponential window: the older half counts half. */
		if (t->media_us >= RATE_US) {
			t->media_us /= 2;
			t->bytes /= 2;
		}
		t->media_us += seg.duration_us;
		t->bytes += seg.bytes;
		if (seg.independent) {
			t->key_interval_us =
			    t->key_us > 0 && seg.start_us > t->key_us
				? seg.start_us - t->key_us
				: 0;
			t->key_us = seg.start_us;
		}
	}
	return 0;
}

static int
read_media(struct log *l, struct onair_channel *c)
{
	char text[ONAIR_MAX_NAME + 16];
	struct str subject =
	    subject_of(text, sizeof(text), "broadcast", c->broadcast);
	struct log_subject at;
	uint64_t from = 1;

	if (log_subject(l, subject, &at) == -1)
		return -1;
	if (at.version > FIRST_EVENTS + LAST_EVENTS) {
		if (each(l, subject, 1, FIRST_EVENTS, media, c) == -1)
			return -1;
		from = at.version - LAST_EVENTS + 1;
		for (size_t i = 0; i < c->tracks; i++)
			c->track[i].bytes = c->track[i].media_us = 0;
	}
	return each(l, subject, from, UINT64_MAX, media, c);
}

/* The names of all channels there ever were, each with its NUL. */
static int
gather(void *arg, struct str subject, const struct log_subject *at)
{
	struct str prefix = STR("channel/");
	struct buf *names = arg;

	(void)at;
	return buf_put(names, subject.p + prefix.len,
		   subject.len - prefix.len) == 0 &&
		       buf_put(names, "", 1) == 0
		   ? 0
		   : -1;
}

/* One more live channel. */
static int
add(struct onair *o, size_t *cap, const struct onair_channel *c)
{
	if (o->len == ONAIR_MAX_LIVE)
		return 0;
	if (o->len == *cap) {
		size_t more = *cap > 0 ? 2 * *cap : 16;
		struct onair_channel *p =
		    realloc(o->channel, more * sizeof(*p));

		if (p == NULL)
			return -1;
		o->channel = p;
		*cap = more;
	}
	o->channel[o->len++] = *c;
	return 0;
}

static int
read_channel(struct onair *o, size_t *cap, struct log *l, const char *name)
{
	char text[ONAIR_MAX_NAME + 16];
	struct onair_channel c = {0};
	struct about a = {.c = &c};
	int live;

	COPY(c.name, str_from(name));
	if (each(l, subject_of(text, sizeof(text), "channel", c.name), 1,
		UINT64_MAX, about, &a) == -1 ||
	    (live = is_live(l, &c)) == -1)
		return -1;
	o->channels += a.there;
	if (live == 0)
		return 0;
	o->live++;
	return read_media(l, &c) == -1 ? -1 : add(o, cap, &c);
}

int
onair_read(struct onair *o, struct log *l)
{
	struct buf names;
	size_t cap = 0;
	int rc = -1, saved;

	*o = (struct onair){0};
	buf_init(&names, NAMES_MAX_BYTES);
	if (log_head(l, &o->head) == -1 ||
	    log_subjects(l, STR("channel/"), gather, &names) != 0)
		goto out;
	for (size_t i = 0; i < names.len;) {
		const char *name = (const char *)names.p + i;

		if (read_channel(o, &cap, l, name) == -1)
			goto out;
		i += strlen(name) + 1;
	}
	rc = 0;
out:
	saved = errno;
	buf_fini(&names);
	if (rc == -1)
		onair_fini(o);
	errno = saved;
	return rc;
}

void
onair_fini(struct onair *o)
{
	free(o->channel);
	*o = (struct onair){0};
}

static struct onair_channel *
channel_of(struct onair *o, struct str broadcast)
{
	for (size_t i = 0; i < o->len; i++)
		if (str_eqz(broadcast, o->channel[i].broadcast))
			return &o->channel[i];
	return NULL;
}

void
onair_hear(struct onair *o, const struct event *e)
{
	struct IngestMeasured in;
	struct StreamMeasured st;
	struct SoundMeasured so;
	struct onair_channel *c;

	if (e->type == EVENT_IngestMeasured &&
	    EVENT_GET(e, IngestMeasured, &in) == 0 &&
	    (c = channel_of(o, in.broadcast)) != NULL) {
		c->health.period_us = in.period_us;
		c->health.bytes = in.bytes;
		c->health.video_frames = in.video_frames;
		c->health.audio_frames = in.audio_frames;
		c->health.dropped_frames = in.dropped_frames;
	} else if (e->type == EVENT_StreamMeasured &&
		   EVENT_GET(e, StreamMeasured, &st) == 0 &&
		   (c = channel_of(o, st.broadcast)) != NULL) {
		c->health.stream_us = st.period_us;
		c->health.frames = st.frames;
		c->health.keyframe_us = st.keyframe_us;
		c->health.step_min_us = st.step_min_us;
		c->health.step_max_us = st.step_max_us;
		c->health.gaps = st.gaps;
		c->health.backwards = st.backwards;
	} else if (e->type == EVENT_SoundMeasured &&
		   EVENT_GET(e, SoundMeasured, &so) == 0 &&
		   (c = channel_of(o, so.broadcast)) != NULL) {
		c->health.sound_us = so.period_us;
		c->health.rms_mdb = so.rms_mdb;
		c->health.peak_mdb = so.peak_mdb;
		c->health.clipped = so.clipped;
	}
}

size_t
onair_judge(
    const struct onair_channel *c, struct health_warning w[HEALTH_MAX_WARNINGS])
{
	struct health h = c->health;
	bool sound = false;

	h.interrupted = c->interrupted_us > 0;
	for (size_t i = 0; i < c->tracks; i++) {
		const struct onair_track *t = &c->track[i];

		sound |= strcmp(t->kind, "audio") == 0;
		/* Segments are longer than short GOPs: that tells no less. */
		if (h.stream_us == 0 && strcmp(t->kind, "video") == 0 &&
		    t->key_interval_us > h.keyframe_us)
			h.keyframe_us = t->key_interval_us;
	}
	if (h.stream_us == 0 && h.keyframe_us > 0)
		h.stream_us = 1;
	/* Nothing was heard: the log has which tracks there are. */
	if (h.period_us == 0 && c->tracks > 0 && !sound) {
		h.period_us = 1;
		h.video_frames = 1;
	}
	return health_warnings(&h, w);
}

size_t
onair_heard(const struct onair *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->len; i++)
		n += o->channel[i].health.period_us > 0 &&
		     o->channel[i].health.stream_us > 0 &&
		     o->channel[i].health.sound_us > 0;
	return n;
}
