#include "channels_fold.h"
#include "clips_fold.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct str channel_prefix = {"channel/", 8};
static const struct str broadcast_prefix = {"broadcast/", 10};
static const struct str recording_prefix = {"recording/", 10};

/* The schema's limits are below the room that texts have. */
#define SET(dst, src) (void)str_copy((dst), sizeof(dst), (src))

/* Room for a prefix and a name. */
struct key {
	char text[16 + NAME_SIZE];
};

static struct str
key_of(struct key *k, struct str prefix, struct str name)
{
	int n = snprintf(
	    k->text, sizeof(k->text), "%.*s%.*s", STRF(prefix), STRF(name));

	return (struct str){k->text, (size_t)n};
}

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

/* The channel NAME into C, an empty one when there is none: 1, 0, or -1. */
static int
load(struct projection *p, struct str name, struct channel_state *c)
{
	struct key k;
	struct str row;
	int n = projection_get(p, key_of(&k, channel_prefix, name), &row);

	if (n == 1 && channel_state_read(c, row) == -1)
		return -1;
	if (n == 0) {
		memset(c, 0, sizeof(*c));
		(void)str_copy(c->name, sizeof(c->name), name);
	}
	return n;
}

static int
store(struct projection *p, const struct channel_state *c)
{
	struct str name = str_from(c->name);
	struct key k;
	struct buf b;
	int rc;

	buf_init(&b, PROJECTION_MAX_VALUE);
	rc = channel_state_write(c, &b);
	if (rc == 0)
		rc = projection_put(
		    p, key_of(&k, channel_prefix, name), buf_str(&b));
	buf_fini(&b);
	return rc;
}

/* Names go into keys, paths and URLs: others are nobody's. */
static bool
is_name(struct str s)
{
	return str_slug(s, NAME_SIZE - 1);
}

/* The channel whose broadcast E's subject names: 1, 0 or -1. */
static int
load_by_broadcast(
    struct projection *p, const struct event *e, struct channel_state *c)
{
	struct str id = e->subject, name;
	struct key k;
	int n;

	if (!str_starts(id, broadcast_prefix))
		return bad();
	id.p += broadcast_prefix.len;
	id.len -= broadcast_prefix.len;
	if (!is_name(id))
		return bad();
	n = projection_get(p, key_of(&k, broadcast_prefix, id), &name);
	return n == 1 ? load(p, name, c) : n;
}

union said {
	struct ChannelAdded added;
	struct ChannelTitled titled;
	struct ChannelRemoved removed;
	struct ChannelWindowSet window;
	struct BroadcastStarted started;
	struct BroadcastEnded ended;
	struct BroadcastInterrupted interrupted;
	struct BroadcastResumed resumed;
	struct TrackStarted track;
};

/*
 * What E says, and the channel that it is about as it is: 1, 0 when it is not
 * known, or -1.
 */
static int
hear(struct projection *p, const struct event *e, union said *in,
    struct channel_state *c)
{
	struct str name;

#define HEAR(type, member, channel)                                            \
	case EVENT_##type:                                                     \
		if (EVENT_GET(e, type, &in->member) == -1)                     \
			return -1;                                             \
		name = in->member.channel;                                     \
		break
	switch ((int)e->type) {
		HEAR(ChannelAdded, added, name);
		HEAR(ChannelTitled, titled, name);
		HEAR(ChannelRemoved, removed, name);
		HEAR(ChannelWindowSet, window, channel);
		HEAR(BroadcastStarted, started, channel);
		HEAR(BroadcastEnded, ended, channel);
		HEAR(BroadcastInterrupted, interrupted, channel);
		HEAR(BroadcastResumed, resumed, channel);
	case EVENT_TrackStarted:
		if (EVENT_GET(e, TrackStarted, &in->track) == -1 ||
		    track_state_check(&in->track) == -1)
			return -1;
		return load_by_broadcast(p, e, c);
	default:
		return 0;
	}
#undef HEAR
	return is_name(name) ? load(p, name, c) : bad();
}

/* The rows that lead to C's broadcast: from the last one to the one of IN. */
static int
move(struct projection *p, const struct channel_state *c,
    const struct BroadcastStarted *in)
{
	struct str row, old = str_from(c->broadcast);
	struct key k;
	int n;

	if (!is_name(in->broadcast))
		return bad();
	/* An id that is somebody's already is no id. */
	n = projection_get(
	    p, key_of(&k, broadcast_prefix, in->broadcast), &row);
	if (n == 0)
		n = projection_get(
		    p, key_of(&k, recording_prefix, in->broadcast), &row);
	if (n != 0)
		return n == 1 ? bad() : -1;
	if (old.len > 0 &&
	    projection_del(p, key_of(&k, broadcast_prefix, old)) == -1)
		return -1;
	return projection_put(
	    p, key_of(&k, broadcast_prefix, in->broadcast), str_from(c->name));
}

static void
start(struct channel_state *c, const struct event *e,
    const struct BroadcastStarted *in)
{
	SET(c->broadcast, in->broadcast);
	SET(c->protocol, in->protocol);
	SET(c->encoder, in->encoder);
	c->live = true;
	c->since_us = e->time_us;
	c->ended_us = 0;
	c->interrupted_us = 0;
	c->tracks = 0;
}

static int
store_recording(struct projection *p, const struct recording_state *r)
{
	struct key k;
	struct buf b;
	int rc;

	buf_init(&b, PROJECTION_MAX_VALUE);
	rc = recording_state_write(r, &b);
	if (rc == 0)
		rc = projection_put(p,
		    key_of(&k, recording_prefix, str_from(r->broadcast)),
		    buf_str(&b));
	buf_fini(&b);
	return rc;
}

/* C's broadcast is as C says now, and there is a recording of it. */
static int
record(struct projection *p, const struct channel_state *c)
{
	struct recording_state r = {
	    .since_us = c->since_us, .ended_us = c->ended_us};

	(void)str_copy(
	    r.broadcast, sizeof(r.broadcast), str_from(c->broadcast));
	(void)str_copy(r.channel, sizeof(r.channel), str_from(c->name));
	(void)str_copy(r.title, sizeof(r.title), str_from(c->title));
	return store_recording(p, &r);
}

/* E starts another broadcast than C's: should that be live still, it ends. */
static int
supersede(struct projection *p, struct channel_state *c, const struct event *e)
{
	if (!c->live)
		return 0;
	c->ended_us = e->time_us;
	return record(p, c);
}

/* The recording called by E's subject is gone. */
static int
forget(struct projection *p, const struct event *e)
{
	return str_starts(e->subject, recording_prefix)
		   ? projection_del(p, e->subject)
		   : bad();
}

/* True when BROADCAST is C's present one, and has not ended. */
static bool
is_live(const struct channel_state *c, struct str broadcast)
{
	return c->live && str_eqz(broadcast, c->broadcast);
}

/* False when there is no room for another track. */
static bool
set_track(struct channel_state *c, const struct TrackStarted *in)
{
	size_t i = 0;

	while (i < c->tracks && !str_eqz(in->track, c->track[i].name))
		i++;
	if (i == BROADCAST_MAX_TRACKS)
		return false;
	if (i == c->tracks)
		c->track[c->tracks++] = (struct track_state){0};
	track_state_set(&c->track[i], in);
	return true;
}

static int
apply(struct projection *p, const struct event *e)
{
	bool told = false; /* of what its recording says, too */
	struct channel_state c;
	union said in;
	int n;

	if (e->type == EVENT_RecordingRemoved)
		return forget(p, e);
	if (clips_fold_wants(e->type))
		return clips_fold_apply(p, e);
	if ((n = hear(p, e, &in, &c)) == -1)
		return -1;
	switch ((int)e->type) {
	case EVENT_ChannelAdded:
		c.present = true;
		SET(c.title, in.added.title);
		break;
	case EVENT_ChannelTitled:
		SET(c.title, in.titled.title);
		told = c.live;
		break;
	case EVENT_ChannelRemoved:
		c.present = false;
		break;
	case EVENT_ChannelWindowSet:
		c.window_set = !in.window.usual;
		c.window_us = c.window_set ? in.window.window_us : 0;
		break;
	case EVENT_BroadcastStarted:
		if (move(p, &c, &in.started) == -1 || supersede(p, &c, e) == -1)
			return -1;
		start(&c, e, &in.started);
		told = true;
		break;
	case EVENT_BroadcastEnded:
		/* The end of one that is not the present one ends nothing. */
		if (n == 0 || !str_eqz(in.ended.broadcast, c.broadcast))
			return 0;
		told = c.live;
		c.live = false;
		c.ended_us = e->time_us;
		c.interrupted_us = 0;
		break;
	case EVENT_BroadcastInterrupted:
		if (n == 0 || !is_live(&c, in.interrupted.broadcast))
			return 0;
		/* Said again after a restart, it is the same wait. */
		if (c.interrupted_us == 0)
			c.interrupted_us = e->time_us;
		break;
	case EVENT_BroadcastResumed:
		if (n == 0 || !is_live(&c, in.resumed.broadcast))
			return 0;
		c.interrupted_us = 0;
		if (in.resumed.encoder.len > 0)
			SET(c.encoder, in.resumed.encoder);
		break;
	case EVENT_TrackStarted:
		/* Of an older broadcast, or one that is not known: nobody's. */
		if (n == 0 || !set_track(&c, &in.track))
			return 0;
		break;
	default:
		return 0;
	}
	if (told && record(p, &c) == -1)
		return -1;
	return store(p, &c);
}

static const enum event_type want[] = {EVENT_ChannelAdded, EVENT_ChannelTitled,
    EVENT_ChannelRemoved, EVENT_ChannelWindowSet, EVENT_BroadcastStarted,
    EVENT_BroadcastEnded, EVENT_BroadcastInterrupted, EVENT_BroadcastResumed,
    EVENT_TrackStarted, EVENT_RecordingRemoved, EVENT_ClipCreated,
    EVENT_ClipRemoved, EVENT_NONE};

const struct projection_type channels_fold = {
    .name = "channels", .version = 5, .want = want, .apply = apply};

int
channels_fold_touched(
    struct projection *p, const struct event *e, struct channel_state *c)
{
	union said in;

	return hear(p, e, &in, c);
}

int
channels_fold_get(
    struct projection *p, const char *name, struct channel_state *c)
{
	return load(p, str_from(name), c);
}

int
channels_fold_recording_get(
    struct projection *p, const char *broadcast, struct recording_state *r)
{
	struct str row;
	struct key k;
	int n = projection_get(
	    p, key_of(&k, recording_prefix, str_from(broadcast)), &row);

	return n == 1 && recording_state_read(r, row) == -1 ? -1 : n;
}

int
channels_fold_recording(
    struct projection *p, const struct event *e, struct recording_state *r)
{
	struct channel_state c;
	union said in;
	int n;

	if (e->type == EVENT_RecordingRemoved &&
	    str_starts(e->subject, recording_prefix)) {
		*r = (struct recording_state){.broadcast = ""};
		(void)str_copy(r->broadcast, sizeof(r->broadcast),
		    (struct str){e->subject.p + recording_prefix.len,
			e->subject.len - recording_prefix.len});
		return 1;
	}
	if (e->type != EVENT_BroadcastStarted &&
	    e->type != EVENT_BroadcastEnded && e->type != EVENT_ChannelTitled)
		return 0;
	if ((n = hear(p, e, &in, &c)) != 1 || c.broadcast[0] == '\0')
		return n == -1 ? -1 : 0;
	return channels_fold_recording_get(p, c.broadcast, r);
}

struct each {
	channels_fold_fn *fn;
	recordings_fold_fn *recording;
	void *arg;
};

static int
each_row(void *arg, struct str key, struct str value)
{
	const struct each *each = arg;
	struct channel_state c;

	(void)key;
	return channel_state_read(&c, value) == -1 ? -1
						   : each->fn(each->arg, &c);
}

int
channels_fold_each(struct projection *p, channels_fold_fn *fn, void *arg)
{
	struct each each = {.fn = fn, .arg = arg};

	return projection_walk(p, channel_prefix, each_row, &each);
}

static int
each_recording(void *arg, struct str key, struct str value)
{
	const struct each *each = arg;
	struct recording_state r;

	(void)key;
	return recording_state_read(&r, value) == -1
		   ? -1
		   : each->recording(each->arg, &r);
}

int
channels_fold_each_recording(
    struct projection *p, recordings_fold_fn *fn, void *arg)
{
	struct each each = {.recording = fn, .arg = arg};

	return projection_walk(p, recording_prefix, each_recording, &each);
}

int
channels_fold_json(
    struct str key, struct str value, struct keyring *keys, struct buf *out)
{
	struct channel_state c;

	(void)keys;
	if (!str_starts(key, channel_prefix))
		return 0;
	if (channel_state_read(&c, value) == -1)
		return -1;
	if (!c.present)
		return 0;
	return channel_state_json(&c, NULL, out) == -1 ? -1 : 1;
}
