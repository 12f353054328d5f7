#include "flv.h"

#include <errno.h>
#include <string.h>

enum {
	TAG_AUDIO = 8,
	TAG_VIDEO = 9,
	TAG_SCRIPT = 18,
	TAG_HEAD = 11,
	/* Adobe's: numbers of codecs, and what a tag brings. */
	CODEC_AVC = 7,
	SOUND_MP3 = 2,
	SOUND_AAC = 10,
	FRAME_KEY = 1,
	FRAME_INTER = 2,
	CONFIG = 0,
	FRAMES = 1,
	/* Enhanced RTMP's. */
	VIDEO_EXTENDED = 0x80,
	SOUND_EXTENDED = 9,
	EX_SEQUENCE_START = 0,
	EX_CODED_FRAMES = 1,
	EX_CODED_FRAMES_X = 3,
	/* Of a tag; less what stands before a frame. */
	MAX_FRAME = 0xffffff - 16,
	/* AMF 0. */
	AMF_NUMBER = 0,
	AMF_BOOLEAN = 1,
	AMF_STRING = 2,
	AMF_ECMA_ARRAY = 8
};

/* FourCCs by codec; 0 with LEGACY: as Adobe has it. */
static const struct {
	enum media_codec codec;
	uint32_t fourcc; /* as four letters, the first one highest */
	unsigned legacy;
} forms[] = {
    {MEDIA_H264, CODEC_BOX('a', 'v', 'c', '1'), CODEC_AVC},
    {MEDIA_AAC, CODEC_BOX('m', 'p', '4', 'a'), SOUND_AAC},
    {MEDIA_HEVC, CODEC_BOX('h', 'v', 'c', '1'), 0},
    {MEDIA_AV1, CODEC_BOX('a', 'v', '0', '1'), 0},
    {MEDIA_VP9, CODEC_BOX('v', 'p', '0', '9'), 0},
    {MEDIA_OPUS, CODEC_BOX('O', 'p', 'u', 's'), 0},
    {MEDIA_FLAC, CODEC_BOX('f', 'L', 'a', 'C'), 0},
    {MEDIA_AC3, CODEC_BOX('a', 'c', '-', '3'), 0},
    {MEDIA_EAC3, CODEC_BOX('e', 'c', '-', '3'), 0},
    {MEDIA_MP3, CODEC_BOX('.', 'm', 'p', '3'), SOUND_MP3},
};
enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static int
form_of(enum media_codec codec)
{
	for (int i = 0; i < FORMS; i++)
		if (forms[i].codec == codec)
			return i;
	return -1;
}

void
flv_choose(struct flv_tracks *t, const struct media_track *track, size_t n)
{
	*t = (struct flv_tracks){NULL, NULL};
	for (size_t i = 0; i < n; i++) {
		const struct media_track **at =
		    track[i].kind == MEDIA_VIDEO ? &t->video : &t->audio;

		if (*at == NULL && track[i].codec != MEDIA_UNKNOWN)
			*at = &track[i];
	}
}

const char *
flv_refuses(const struct flv_tracks *t)
{
	if (t->video != NULL && form_of(t->video->codec) == -1)
		return codec_of(t->video->codec)->name;
	if (t->audio != NULL && form_of(t->audio->codec) == -1)
		return codec_of(t->audio->codec)->name;
	return NULL;
}

static void
put_u8(struct buf *out, unsigned v)
{
	uint8_t b = (uint8_t)v;

	(void)buf_put(out, &b, 1);
}

static void
put_be(struct buf *out, uint64_t v, unsigned bytes)
{
	while (bytes-- > 0)
		put_u8(out, (unsigned)(v >> 8 * bytes & 0xff));
}

static int
done(const struct buf *out)
{
	if (!out->failed)
		return 0;
	errno = out->starved ? ENOMEM : EMSGSIZE;
	return -1;
}

int
flv_begin(struct buf *out)
{
	(void)buf_put(out, "FLV\1\5\0\0\0\11\0\0\0\0", 13);
	return done(out);
}

/* A tag begins; where, for tag_end(). */
static size_t
tag_begin(struct buf *out, unsigned type, uint32_t time_ms)
{
	size_t at = out->len;

	put_u8(out, type);
	put_be(out, 0, 3);
	put_be(out, time_ms & 0xffffff, 3);
	put_u8(out, time_ms >> 24);
	put_be(out, 0, 3);
	return at;
}

static int
tag_end(struct buf *out, size_t at)
{
	size_t n = out->len - at;

	if (!out->failed)
		for (unsigned i = 0; i < 3; i++)
			out->p[at + 1 + i] =
			    (uint8_t)((n - TAG_HEAD) >> 8 * (2 - i));
	put_be(out, n, 4);
	return done(out);
}

static void
put_name(struct buf *out, const char *name)
{
	size_t n = strlen(name);

	put_be(out, n, 2);
	(void)buf_put(out, name, n);
}

static void
put_number(struct buf *out, const char *name, double v)
{
	uint64_t bits;

	put_name(out, name);
	put_u8(out, AMF_NUMBER);
	memcpy(&bits, &v, sizeof(bits));
	put_be(out, bits, 8);
}

/* What onMetaData calls T's codec. */
static double
codec_number(const struct media_track *t)
{
	int i = form_of(t->codec);

	return forms[i].legacy != 0 ? forms[i].legacy : forms[i].fourcc;
}

static int
put_metadata(struct buf *out, const struct flv_tracks *t, uint32_t time_ms)
{
	size_t at = tag_begin(out, TAG_SCRIPT, time_ms);
	unsigned n =
	    (t->video != NULL ? 4U : 0U) + (t->audio != NULL ? 4U : 0U);

	put_u8(out, AMF_STRING);
	put_name(out, "onMetaData");
	put_u8(out, AMF_ECMA_ARRAY);
	put_be(out, n, 4);
	if (t->video != NULL) {
		put_number(out, "width", t->video->width);
		put_number(out, "height", t->video->height);
		put_number(out, "framerate", t->video->frame_rate_mhz / 1000.0);
		put_number(out, "videocodecid", codec_number(t->video));
	}
	if (t->audio != NULL) {
		put_number(out, "audiosamplerate", t->audio->sample_rate_hz);
		put_number(out, "audiosamplesize", 16);
		put_name(out, "stereo");
		put_u8(out, AMF_BOOLEAN);
		put_u8(out, t->audio->channels > 1);
		put_number(out, "audiocodecid", codec_number(t->audio));
	}
	/* An empty name and the end of the object. */
	put_be(out, 9, 3);
	return tag_end(out, at);
}

/* Adobe's first byte of sound: 44100 Hz, 16 bits; AAC always says stereo. */
static unsigned
sound_byte(const struct media_track *t, unsigned legacy)
{
	return legacy << 4 | 3 << 2 | 1 << 1 |
	       (legacy == SOUND_AAC || t->channels > 1);
}

/* What stands before a frame of T, or with CONFIG_ONLY its configuration. */
static void
put_form(struct buf *out, const struct media_track *t, bool config_only,
    bool key, int32_t later_ms)
{
	int i = form_of(t->codec);
	unsigned legacy = forms[i].legacy;
	unsigned frame = key ? FRAME_KEY : FRAME_INTER, type;
	uint32_t later = (uint32_t)later_ms & 0xffffff;
	bool has_later = t->codec == MEDIA_HEVC;

	if (t->kind == MEDIA_AUDIO && legacy != 0) {
		put_u8(out, sound_byte(t, legacy));
		if (legacy == SOUND_AAC)
			put_u8(out, config_only ? CONFIG : FRAMES);
	} else if (t->kind == MEDIA_AUDIO) {
		put_u8(out,
		    SOUND_EXTENDED << 4 |
			(config_only ? EX_SEQUENCE_START : EX_CODED_FRAMES));
		put_be(out, forms[i].fourcc, 4);
	} else if (legacy != 0) {
		put_u8(out, frame << 4 | legacy);
		put_u8(out, config_only ? CONFIG : FRAMES);
		put_be(out, config_only ? 0 : later, 3);
	} else {
		type = config_only ? EX_SEQUENCE_START : EX_CODED_FRAMES;
		if (!config_only && has_later && later == 0)
			type = EX_CODED_FRAMES_X;
		put_u8(out, VIDEO_EXTENDED | frame << 4 | type);
		put_be(out, forms[i].fourcc, 4);
		if (has_later && type == EX_CODED_FRAMES)
			put_be(out, later, 3);
	}
}

static int
put_config(struct buf *out, const struct media_track *t, uint32_t time_ms)
{
	size_t at;

	/* What these are stands in every frame. */
	if (t == NULL || t->config_len == 0 || t->codec == MEDIA_AC3 ||
	    t->codec == MEDIA_EAC3 || t->codec == MEDIA_MP3)
		return 0;
	at = tag_begin(
	    out, t->kind == MEDIA_VIDEO ? TAG_VIDEO : TAG_AUDIO, time_ms);
	put_form(out, t, true, true, 0);
	/* The head of its file, and of a last block of 34 octets. */
	if (t->codec == MEDIA_FLAC)
		(void)buf_put(out, "fLaC\x80\0\0\x22", 8);
	(void)buf_put(out, t->config, t->config_len);
	return tag_end(out, at);
}

int
flv_describe(struct buf *out, const struct flv_tracks *t, uint32_t time_ms)
{
	return put_metadata(out, t, time_ms) == 0 &&
		       put_config(out, t->video, time_ms) == 0
		   ? put_config(out, t->audio, time_ms)
		   : -1;
}

int
flv_frame(struct buf *out, const struct media_track *t,
    const struct nut_packet *p, uint32_t time_ms, int32_t later_ms)
{
	size_t at;

	if (p->len > MAX_FRAME) {
		errno = EMSGSIZE;
		return -1;
	}
	at = tag_begin(
	    out, t->kind == MEDIA_VIDEO ? TAG_VIDEO : TAG_AUDIO, time_ms);
	put_form(out, t, false, p->key, later_ms);
	(void)buf_put(out, p->data, p->len);
	return tag_end(out, at);
}
