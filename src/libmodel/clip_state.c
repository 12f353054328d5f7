#include "clip_state.h"

#include "json_parts.h"
#include "mp.h"

#include <errno.h>
#include <string.h>

enum { FIELDS = 7 };

int
clip_state_write(const struct clip_state *c, struct buf *out)
{
	msgpack_packer pk;

	mp_packer(&pk, out);
	msgpack_pack_array(&pk, FIELDS);
	mp_put_str(&pk, str_from(c->clip));
	mp_put_str(&pk, str_from(c->broadcast));
	mp_put_str(&pk, str_from(c->channel));
	mp_put_str(&pk, str_from(c->title));
	msgpack_pack_uint64(&pk, c->from_us);
	msgpack_pack_uint64(&pk, c->to_us);
	msgpack_pack_uint64(&pk, c->created_us);
	if (!out->failed)
		return 0;
	errno = ENOMEM;
	return -1;
}

int
clip_state_read(struct clip_state *c, struct str row)
{
	struct mp m;

	memset(c, 0, sizeof(*c));
	mp_init(&m, row.p, row.len);
	if (mp_array(&m) != FIELDS ||
	    str_copy(c->clip, sizeof(c->clip), mp_str(&m)) == -1 ||
	    str_copy(c->broadcast, sizeof(c->broadcast), mp_str(&m)) == -1 ||
	    str_copy(c->channel, sizeof(c->channel), mp_str(&m)) == -1 ||
	    str_copy(c->title, sizeof(c->title), mp_str(&m)) == -1)
		m.bad = true;
	c->from_us = mp_uint(&m);
	c->to_us = mp_uint(&m);
	c->created_us = mp_uint(&m);
	if (mp_done(&m) && c->clip[0] != '\0' && c->broadcast[0] != '\0')
		return 0;
	errno = EIO;
	return -1;
}

/* Seconds, to the microsecond. */
static json_t *
seconds(uint64_t us)
{
	return json_real((double)us / 1000000);
}

int
clip_state_json(const struct clip_state *c, struct buf *out)
{
	json_t *o = json_object();
	int bad = 0;

	bad |= json_object_set_new(o, "clip", json_string(c->clip));
	bad |= json_object_set_new(o, "broadcast", json_string(c->broadcast));
	bad |= json_object_set_new(o, "channel", json_string(c->channel));
	bad |= json_object_set_new(o, "title", json_string(c->title));
	bad |= json_object_set_new(o, "from", seconds(c->from_us));
	bad |= json_object_set_new(o, "to", seconds(c->to_us));
	bad |=
	    json_object_set_new(o, "duration", seconds(c->to_us - c->from_us));
	bad |= json_object_set_new(o, "created", json_moment(c->created_us));
	bad |= json_object_set_new(
	    o, "playlist", json_sprintf("/clip/%s/index.m3u8", c->clip));
	bad |= json_object_set_new(
	    o, "manifest", json_sprintf("/clip/%s/manifest.mpd", c->clip));
	bad |= json_object_set_new(
	    o, "download", json_sprintf("/clip/%s.mp4", c->clip));
	return json_put(o, bad != 0, out);
}
