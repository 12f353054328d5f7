#include "channel_state.h"

#include "mp.h"

#include <errno.h>
#include <string.h>

enum { FIELDS = 13, TRACK_FIELDS = 11 };

static void
put_text(msgpack_packer *pk, const char *s)
{
	mp_put_str(pk, str_from(s));
}

static void
put_bool(msgpack_packer *pk, bool b)
{
	if (b)
		msgpack_pack_true(pk);
	else
		msgpack_pack_false(pk);
}

static void
put_track(msgpack_packer *pk, const struct track_state *t)
{
	msgpack_pack_array(pk, TRACK_FIELDS);
	put_text(pk, t->name);
	put_text(pk, t->codecs);
	put_bool(pk, t->video);
	msgpack_pack_uint64(pk, t->run);
	msgpack_pack_uint64(pk, t->width);
	msgpack_pack_uint64(pk, t->height);
	msgpack_pack_uint64(pk, t->frame_rate_mhz);
	msgpack_pack_uint64(pk, t->sample_rate_hz);
	msgpack_pack_uint64(pk, t->channels);
	msgpack_pack_uint64(pk, t->transfer);
	msgpack_pack_uint64(pk, t->target_us);
}

int
channel_state_write(const struct channel_state *c, struct buf *out)
{
	msgpack_packer pk;

	mp_packer(&pk, out);
	msgpack_pack_array(&pk, FIELDS);
	put_text(&pk, c->name);
	put_text(&pk, c->title);
	put_bool(&pk, c->present);
	put_bool(&pk, c->window_set);
	msgpack_pack_uint64(&pk, c->window_us);
	put_text(&pk, c->broadcast);
	put_bool(&pk, c->live);
	msgpack_pack_uint64(&pk, c->since_us);
	msgpack_pack_uint64(&pk, c->ended_us);
	msgpack_pack_uint64(&pk, c->interrupted_us);
	put_text(&pk, c->protocol);
	put_text(&pk, c->encoder);
	msgpack_pack_array(&pk, c->tracks);
	for (size_t i = 0; i < c->tracks; i++)
		put_track(&pk, &c->track[i]);
	if (!out->failed)
		return 0;
	errno = ENOMEM;
	return -1;
}

/* A text that cannot have been written makes M bad. */
static void
get_text(struct mp *m, char *dst, size_t cap)
{
	struct str s = mp_str(m);

	if (str_copy(dst, cap, s) == -1 || strlen(dst) != s.len)
		m->bad = true;
}

static void
get_track(struct mp *m, struct track_state *t)
{
	if (mp_array(m) != TRACK_FIELDS)
		m->bad = true;
	get_text(m, t->name, sizeof(t->name));
	get_text(m, t->codecs, sizeof(t->codecs));
	t->video = mp_bool(m);
	t->run = (uint32_t)mp_uint(m);
	t->width = (unsigned)mp_uint(m);
	t->height = (unsigned)mp_uint(m);
	t->frame_rate_mhz = (unsigned)mp_uint(m);
	t->sample_rate_hz = (unsigned)mp_uint(m);
	t->channels = (unsigned)mp_uint(m);
	t->transfer = (unsigned)mp_uint(m);
	t->target_us = mp_uint(m);
}

int
channel_state_read(struct channel_state *c, struct str row)
{
	struct mp m;

	memset(c, 0, sizeof(*c));
	mp_init(&m, row.p, row.len);
	if (mp_array(&m) != FIELDS)
		m.bad = true;
	get_text(&m, c->name, sizeof(c->name));
	get_text(&m, c->title, sizeof(c->title));
	c->present = mp_bool(&m);
	c->window_set = mp_bool(&m);
	c->window_us = mp_uint(&m);
	get_text(&m, c->broadcast, sizeof(c->broadcast));
	c->live = mp_bool(&m);
	c->since_us = mp_uint(&m);
	c->ended_us = mp_uint(&m);
	c->interrupted_us = mp_uint(&m);
	get_text(&m, c->protocol, sizeof(c->protocol));
	get_text(&m, c->encoder, sizeof(c->encoder));
	c->tracks = mp_array(&m);
	if (c->tracks > BROADCAST_MAX_TRACKS) {
		c->tracks = 0;
		m.bad = true;
	}
	for (size_t i = 0; i < c->tracks; i++)
		get_track(&m, &c->track[i]);
	if (mp_done(&m))
		return 0;
	errno = EIO;
	return -1;
}
