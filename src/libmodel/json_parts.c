#include "json_parts.h"

#include "clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

json_t *
json_moment(uint64_t time_us)
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

json_t *
json_track(const struct track_state *t)
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

json_t *
json_thumbnail(
    const char *under, const char *name, const struct channel_preview *p)
{
	if (p->thumb == THUMB_NONE)
		return json_null();
	return json_sprintf("/%s/%s/thumb.%s", under, name,
	    p->thumb == THUMB_WEBP ? "webp" : "jpg");
}

json_t *
json_preview(const char *broadcast, const struct channel_preview *p)
{
	if (p->track == NULL)
		return json_null();
	return json_pack("{s:o, s:o}", "init",
	    json_sprintf("/media/%s/%s/init-%" PRIu32 ".mp4", broadcast,
		p->track, p->run),
	    "segment",
	    json_sprintf(
		"/media/%s/%s/%" PRIu64 ".m4s", broadcast, p->track, p->msn));
}

int
json_put(json_t *o, bool bad, struct buf *out)
{
	char *dump = NULL;
	int r = -1;

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
