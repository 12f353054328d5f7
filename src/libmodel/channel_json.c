#include "channel_state.h"

#include "clock.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

/* A JSON string, or null when S is empty. */
static json_t *
text(const char *s)
{
	return s[0] == '\0' ? json_null() : json_string(s);
}

static json_t *
moment(uint64_t time_us)
{
	char s[CLOCK_RFC3339_SIZE];

	if (time_us == 0)
		return json_null();
	clock_rfc3339(time_us, s);
	return json_string(s);
}

/* Frames a second, exact to the millihertz the log holds. */
static json_t *
frame_rate(unsigned mhz)
{
	return mhz % 1000 == 0 ? json_integer(mhz / 1000)
			       : json_real((double)mhz / 1000);
}

static json_t *
track_json(const struct track_state *t)
{
	json_t *o = json_object();
	int bad = 0;

	bad |= json_object_set_new(o, "name", json_string(t->name));
	bad |= json_object_set_new(
	    o, "kind", json_string(t->video ? "video" : "audio"));
	bad |= json_object_set_new(o, "codecs", json_string(t->codecs));
	if (t->width > 0 && t->height > 0) {
		bad |= json_object_set_new(o, "width", json_integer(t->width));
		bad |=
		    json_object_set_new(o, "height", json_integer(t->height));
	}
	if (t->frame_rate_mhz > 0)
		bad |= json_object_set_new(
		    o, "frame_rate", frame_rate(t->frame_rate_mhz));
	if (t->sample_rate_hz > 0)
		bad |= json_object_set_new(
		    o, "sample_rate", json_integer(t->sample_rate_hz));
	if (t->channels > 0)
		bad |= json_object_set_new(
		    o, "channels", json_integer(t->channels));
	if (bad) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *
tracks_json(const struct channel_state *c)
{
	json_t *a = json_array();

	for (size_t i = 0; i < c->tracks; i++)
		if (json_array_append_new(a, track_json(&c->track[i])) != 0) {
			json_decref(a);
			return NULL;
		}
	return a;
}

static json_t *
preview_json(const struct channel_state *c, const struct channel_preview *p)
{
	if (p->track == NULL)
		return json_null();
	return json_pack("{s:o, s:o}", "init",
	    json_sprintf("/media/%s/%s/init-%" PRIu32 ".mp4", c->broadcast,
		p->track, p->run),
	    "segment",
	    json_sprintf("/media/%s/%s/%" PRIu64 ".m4s", c->broadcast, p->track,
		p->msn));
}

int
channel_state_json(const struct channel_state *c,
    const struct channel_preview *preview, struct buf *out)
{
	json_t *o = json_object();
	char *dump = NULL;
	int bad = 0, r = -1;

	bad |= json_object_set_new(o, "name", json_string(c->name));
	bad |= json_object_set_new(
	    o, "title", json_string(c->title[0] != '\0' ? c->title : c->name));
	bad |= json_object_set_new(o, "live", json_boolean(c->live));
	bad |= json_object_set_new(o, "broadcast", text(c->broadcast));
	bad |= json_object_set_new(o, "since", moment(c->since_us));
	bad |= json_object_set_new(o, "ended", moment(c->ended_us));
	bad |= json_object_set_new(
	    o, "interrupted", json_boolean(c->interrupted_us != 0));
	bad |= json_object_set_new(
	    o, "interrupted_since", moment(c->interrupted_us));
	bad |= json_object_set_new(o, "encoder", text(c->encoder));
	bad |= json_object_set_new(o, "playlist",
	    c->broadcast[0] == '\0'
		? json_null()
		: json_sprintf("/live/%s/index.m3u8", c->name));
	if (preview != NULL)
		bad |=
		    json_object_set_new(o, "preview", preview_json(c, preview));
	bad |= json_object_set_new(o, "tracks", tracks_json(c));
	if (!bad)
		dump = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(9));
	if (dump == NULL)
		errno = ENOMEM;
	else
		r = buf_puts(out, dump);
	free(dump);
	json_decref(o);
	return r;
}
