#include "recording_state.h"

#include "json_parts.h"
#include "mp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 5 };

int
recording_state_write(const struct recording_state *r, struct buf *out)
{
	msgpack_packer pk;

	mp_packer(&pk, out);
	msgpack_pack_array(&pk, FIELDS);
	mp_put_str(&pk, str_from(r->broadcast));
	mp_put_str(&pk, str_from(r->channel));
	mp_put_str(&pk, str_from(r->title));
	msgpack_pack_uint64(&pk, r->since_us);
	msgpack_pack_uint64(&pk, r->ended_us);
	if (!out->failed)
		return 0;
	errno = ENOMEM;
	return -1;
}

int
recording_state_read(struct recording_state *r, struct str row)
{
	struct mp m;

	memset(r, 0, sizeof(*r));
	mp_init(&m, row.p, row.len);
	if (mp_array(&m) != FIELDS ||
	    str_copy(r->broadcast, sizeof(r->broadcast), mp_str(&m)) == -1 ||
	    str_copy(r->channel, sizeof(r->channel), mp_str(&m)) == -1 ||
	    str_copy(r->title, sizeof(r->title), mp_str(&m)) == -1)
		m.bad = true;
	r->since_us = mp_uint(&m);
	r->ended_us = mp_uint(&m);
	if (mp_done(&m) && r->broadcast[0] != '\0' && r->channel[0] != '\0')
		return 0;
	errno = EIO;
	return -1;
}

static int
put_places(json_t *o, const char *id)
{
	int bad = 0;

	bad |= json_object_set_new(
	    o, "playlist", json_sprintf("/vod/%s/index.m3u8", id));
	bad |= json_object_set_new(
	    o, "manifest", json_sprintf("/vod/%s/manifest.mpd", id));
	bad |=
	    json_object_set_new(o, "download", json_sprintf("/vod/%s.mp4", id));
	return bad;
}

int
recording_state_json(const struct recording_state *r,
    const struct channel_preview *preview, uint64_t duration_us,
    const struct track_state *const *track, size_t tracks, struct buf *out)
{
	json_t *o = json_object(), *list = json_array();
	int bad = 0;

	bad |= json_object_set_new(o, "broadcast", json_string(r->broadcast));
	bad |= json_object_set_new(o, "channel", json_string(r->channel));
	bad |= json_object_set_new(o, "title",
	    json_string(r->title[0] != '\0' ? r->title : r->channel));
	bad |= json_object_set_new(o, "live", json_boolean(r->ended_us == 0));
	bad |= json_object_set_new(o, "since", json_moment(r->since_us));
	bad |= json_object_set_new(o, "ended", json_moment(r->ended_us));
	bad |= json_object_set_new(
	    o, "duration", json_real((double)duration_us / 1000000));
	bad |= put_places(o, r->broadcast);
	bad |= json_object_set_new(
	    o, "preview", json_preview(r->broadcast, preview));
	bad |= json_object_set_new(
	    o, "thumbnail", json_thumbnail("vod", r->broadcast, preview));
	bad |= json_object_set_new(o, "storyboard",
	    preview->storyboard
		? json_sprintf("/vod/%s/storyboard.vtt", r->broadcast)
		: json_null());
	for (size_t i = 0; i < tracks; i++)
		bad |= json_array_append_new(list, json_track(track[i]));
	bad |= json_object_set_new(o, "tracks", list);
	return json_put(o, bad != 0, out);
}
