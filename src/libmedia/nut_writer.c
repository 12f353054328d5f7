#include "num.h"
#include "nut.h"
#include "nut_wire.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * libavformat has a NUT muxer; this one exists because linking that library
 * costs a process 5 MB and 40 ms of start, and its muxer sends what it
 * wants when it wants.  All that a live pipe needs of NUT fits here: each
 * frame says its stream, its time in full and its length, and checks them.
 */

enum {
	/* Coded times from 1 << SHIFT on are whole; all of ours are. */
	PTS_SHIFT = 1,
	MAX_HEAD = 96, /* bytes of a syncpoint and a frame's head */
	CODE_KEY = 1,
	CODE_INTER = 2
};

struct nut_writer {
	size_t tracks;
	struct media_track track[MEDIA_MAX_TRACKS];
	unsigned time_base[MEDIA_MAX_TRACKS]; /* index of the track's */
	unsigned time_bases;
	uint64_t pos;           /* bytes written */
	uint64_t syncpoint_pos; /* the last one; UINT64_MAX: none yet */
	uint64_t key_pos[MEDIA_MAX_TRACKS]; /* syncpoint of its last keyframe */
	bool inter[MEDIA_MAX_TRACKS];       /* its last frame was not a key */
	struct buf part;                    /* a header packet being built */
	uint8_t config[];
};

static bool
track_ok(const struct media_track *t)
{
	const struct codec *c = codec_of(t->codec);

	return c != NULL && c->kind == t->kind && t->time_num > 0 &&
	       t->time_den > 0 && t->time_num <= INT32_MAX &&
	       t->time_den <= INT32_MAX && t->delay <= MEDIA_MAX_DELAY &&
	       t->config_len <= MEDIA_MAX_CONFIG &&
	       (t->kind == MEDIA_VIDEO
		       ? t->width > 0 && t->height > 0
		       : t->sample_rate_hz > 0 && t->channels > 0);
}

struct nut_writer *
nut_writer_open(const struct media_track *track, size_t n)
{
	struct nut_writer *w;
	size_t bytes = 0;

	if (n == 0 || n > MEDIA_MAX_TRACKS) {
		errno = EINVAL;
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		if (!track_ok(&track[i])) {
			errno = EINVAL;
			return NULL;
		}
		bytes += track[i].config_len;
	}
	if ((w = calloc(1, sizeof(*w) + bytes)) == NULL)
		return NULL;
	bytes = 0;
	for (size_t i = 0; i < n; i++) {
		struct media_track *t = &w->track[i];
		uint32_t d;
		size_t j = 0;

		*t = track[i];
		d = (uint32_t)num_gcd(t->time_num, t->time_den);
		/* NUT wants them reduced; the ratio, and so all times, stay. */
		t->time_num /= d;
		t->time_den /= d;
		t->config = w->config + bytes;
		if (t->config_len > 0)
			memcpy(
			    w->config + bytes, track[i].config, t->config_len);
		bytes += t->config_len;
		while (w->track[j].time_num != t->time_num ||
		       w->track[j].time_den != t->time_den)
			j++;
		w->time_base[i] = j < i ? w->time_base[j] : w->time_bases++;
		w->inter[i] = true;
	}
	w->tracks = n;
	w->syncpoint_pos = UINT64_MAX;
	buf_init(&w->part, (size_t)MEDIA_MAX_CONFIG + 4096);
	return w;
}

void
nut_writer_close(struct nut_writer *w)
{
	if (w == NULL)
		return;
	buf_fini(&w->part);
	free(w);
}

/* W's part as a packet: startcode, length, checks around it. */
static void
put_packet(struct nut_writer *w, uint64_t startcode, struct buf *out)
{
	size_t begin = out->len, length = w->part.len + 4;
	uint32_t crc;

	nut_put_be(out, startcode, 8);
	nut_put_v(out, length);
	if (length > NUT_LONG_HEADER && !out->failed)
		nut_put_be(
		    out, nut_crc(0, out->p + begin, out->len - begin), 4);
	crc = nut_crc(0, w->part.p, w->part.len);
	(void)buf_put(out, w->part.p, w->part.len);
	nut_put_be(out, crc, 4);
	out->failed |= w->part.failed;
	buf_reset(&w->part);
}

static void
main_header(struct nut_writer *w, struct buf *out)
{
	struct buf *b = &w->part;
	const unsigned common =
	    NUT_STREAM_ID | NUT_CODED_PTS | NUT_SIZE_MSB | NUT_CHECKSUM;

	nut_put_v(b, 3);
	nut_put_v(b, w->tracks);
	nut_put_v(b, NUT_MAX_DISTANCE);
	nut_put_v(b, w->time_bases);
	for (size_t i = 0, known = 0; i < w->tracks; i++)
		if (w->time_base[i] == known) {
			nut_put_v(b, w->track[i].time_num);
			nut_put_v(b, w->track[i].time_den);
			known++;
		}
	/*
	 * The table of frame codes, as runs of (flags, number of fields that
	 * follow, fields): the sixth field is how many codes the run has.
	 * Two codes are in use, one for keyframes and one for the others.
	 */
	nut_put_v(b, NUT_INVALID);
	nut_put_v(b, 0);
	nut_put_v(b, NUT_KEY | common);
	nut_put_v(b, 0);
	nut_put_v(b, common);
	nut_put_v(b, 0);
	nut_put_v(b, NUT_INVALID);
	nut_put_v(b, 6);
	nut_put_s(b, 0);                 /* pts_delta */
	nut_put_v(b, 1);                 /* size_mul */
	nut_put_v(b, 0);                 /* stream */
	nut_put_v(b, 0);                 /* size_lsb */
	nut_put_v(b, 0);                 /* reserved */
	nut_put_v(b, NUT_CODES - 3 - 1); /* count: all but the 3, and 'N' */
	nut_put_v(b, 0);                 /* elision headers, less one */
	put_packet(w, NUT_MAIN, out);
}

static void
stream_header(struct nut_writer *w, size_t i, struct buf *out)
{
	struct buf *b = &w->part;
	const struct media_track *t = &w->track[i];
	uint32_t tag = codec_of(t->codec)->nut_tag;
	const uint8_t fourcc[4] = {(uint8_t)tag, (uint8_t)(tag >> 8),
	    (uint8_t)(tag >> 16), (uint8_t)(tag >> 24)};

	nut_put_v(b, i);
	nut_put_v(b, t->kind == MEDIA_VIDEO ? 0 : 1);
	nut_put_v(b, sizeof(fourcc));
	(void)buf_put(b, fourcc, sizeof(fourcc));
	nut_put_v(b, w->time_base[i]);
	nut_put_v(b, PTS_SHIFT);
	nut_put_v(b, t->time_den / t->time_num + 1); /* a second */
	nut_put_v(b, t->delay);
	nut_put_v(b, 0); /* flags */
	nut_put_v(b, t->config_len);
	(void)buf_put(b, t->config, t->config_len);
	if (t->kind == MEDIA_VIDEO) {
		nut_put_v(b, t->width);
		nut_put_v(b, t->height);
		nut_put_v(b, 0); /* sample aspect ratio: see the codec's own */
		nut_put_v(b, 0);
		nut_put_v(b, 0); /* colour space: the same */
	} else {
		nut_put_v(b, t->sample_rate_hz);
		nut_put_v(b, 1);
		nut_put_v(b, t->channels);
	}
	put_packet(w, NUT_STREAM, out);
}

static void
put_text(struct buf *b, const char *s)
{
	nut_put_v(b, strlen(s));
	(void)buf_puts(b, s);
}

/* The frame rate, in the form that ffmpeg gives and takes it. */
static void
rate_info(struct nut_writer *w, size_t i, struct buf *out)
{
	struct buf *b = &w->part;
	char rate[32];
	uint32_t mhz = w->track[i].frame_rate_mhz,
		 d = (uint32_t)num_gcd(mhz, 1000);

	(void)snprintf(rate, sizeof(rate), "%u/%u", mhz / d, 1000 / d);
	nut_put_v(b, i + 1);
	nut_put_v(b, 0); /* chapter: none, its start, its length */
	nut_put_v(b, 0);
	nut_put_v(b, 0);
	nut_put_v(b, 1); /* how many facts follow */
	put_text(b, "r_frame_rate");
	nut_put_s(b, -1); /* the value is text */
	put_text(b, rate);
	put_packet(w, NUT_INFO, out);
}

int
nut_writer_header(struct nut_writer *w, struct buf *out)
{
	size_t begin = out->len;

	(void)buf_put(out, NUT_ID, NUT_ID_SIZE);
	main_header(w, out);
	for (size_t i = 0; i < w->tracks; i++)
		stream_header(w, i, out);
	for (size_t i = 0; i < w->tracks; i++)
		if (w->track[i].kind == MEDIA_VIDEO &&
		    w->track[i].frame_rate_mhz > 0)
			rate_info(w, i, out);
	if (out->failed) {
		out->len = begin;
		errno = EMSGSIZE;
		return -1;
	}
	w->pos += out->len - begin;
	return 0;
}

/*
 * A syncpoint: where a reader may start, or start again.  It leads back to
 * the one from which every track has had a keyframe.
 */
static void
syncpoint(struct nut_writer *w, const struct nut_packet *p, struct buf *out)
{
	uint64_t back = w->pos;
	uint64_t t = p->dts > 0 ? (uint64_t)p->dts : 0;

	if (p->key)
		w->key_pos[p->track] = w->pos;
	for (size_t i = 0; i < w->tracks; i++)
		if (w->key_pos[i] != 0 && w->key_pos[i] < back)
			back = w->key_pos[i];
	w->syncpoint_pos = w->pos;
	nut_put_v(&w->part, t * w->time_bases + w->time_base[p->track]);
	nut_put_v(&w->part, (w->pos - back) >> 4);
	put_packet(w, NUT_SYNCPOINT, out);
}

int
nut_writer_head(
    struct nut_writer *w, const struct nut_packet *p, struct buf *out)
{
	size_t begin = out->len, head;
	bool sync;

	if (p->track >= w->tracks || p->pts < 0 || p->pts > INT64_MAX / 256 ||
	    p->len > MEDIA_MAX_PACKET) {
		errno = EINVAL;
		return -1;
	}
	if (buf_reserve(out, MAX_HEAD) == -1) {
		out->failed = false;
		return -1;
	}
	/*
	 * Frames are found only within max_distance of a syncpoint; one before
	 * each first keyframe lets readers join.  (Audio is all keyframes.)
	 */
	sync =
	    w->syncpoint_pos == UINT64_MAX || (p->key && w->inter[p->track]) ||
	    w->pos + p->len + MAX_HEAD >= w->syncpoint_pos + NUT_MAX_DISTANCE;
	if (sync)
		syncpoint(w, p, out);
	head = out->len;
	nut_put_be(out, p->key ? CODE_KEY : CODE_INTER, 1);
	nut_put_v(out, p->track);
	nut_put_v(out, (uint64_t)p->pts + (1U << PTS_SHIFT));
	nut_put_v(out, p->len);
	nut_put_be(out, nut_crc(0, out->p + head, out->len - head), 4);
	assert(out->len - begin <= MAX_HEAD);
	w->inter[p->track] = !p->key;
	w->pos += out->len - begin + p->len;
	return 0;
}

int
nut_writer_put(
    struct nut_writer *w, const struct nut_packet *p, struct buf *out)
{
	/* Room first: a head without its payload must not stay behind. */
	if (p->len <= MEDIA_MAX_PACKET &&
	    buf_reserve(out, MAX_HEAD + p->len) == -1) {
		out->failed = false;
		return -1;
	}
	return nut_writer_head(w, p, out) == -1 ? -1
						: buf_put(out, p->data, p->len);
}
