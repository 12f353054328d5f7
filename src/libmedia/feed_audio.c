#include "aac.h"
#include "ac3.h"
#include "feed_own.h"
#include "flac.h"
#include "mp3.h"
#include "opus.h"

#include <errno.h>

/* Frames of sound, of which a packet may have several. */

static void
header(struct feed *f, const struct media_track *t)
{
	struct flac_config flac;
	struct codec_facts facts;

	f->inband = codec_of(f->track.codec)->facts(&facts, t) == -1;
	buf_reset(&f->next);
	if (f->track.codec == MEDIA_FLAC &&
	    flac_config_parse(&flac, t->config, t->config_len) == 0)
		(void)buf_put(&f->next, flac.streaminfo, FLAC_STREAMINFO);
	else if (f->track.codec == MEDIA_OPUS && f->inband)
		(void)opus_config_build(&f->next, t->channels);
	else if (!f->inband)
		(void)buf_put(&f->next, t->config, t->config_len);
	if (f->next.len > 0)
		feed_take(f, 0, 0);
}

/* A frame, SKIP bytes before it, that lasts SAMPLES. */
struct frame {
	size_t skip, len;
	unsigned samples;
};

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

static int
aac(struct feed *f, const uint8_t *p, size_t n, struct frame *out)
{
	struct aac_adts a;

	if (f->inband) {
		if (aac_adts_parse(&a, p, n) == -1)
			return -1;
		(void)buf_put(&f->next, a.asc, sizeof(a.asc));
		feed_take(f, 0, 0);
		out->skip = a.header_len;
		out->len = a.frame_len - a.header_len;
	}
	out->samples = f->facts.frame_samples;
	return 0;
}

/* AC-3, which may turn out to be E-AC-3: NUT has one name for both. */
static int
ac3(struct feed *f, const uint8_t *p, size_t n, struct frame *out)
{
	const struct buf *was = &f->record;
	struct ac3_unit u;
	enum media_codec codec;

	if (ac3_unit_parse(&u, p, n) == -1)
		return -1;
	codec = u.enhanced ? MEDIA_EAC3 : MEDIA_AC3;
	if (codec != f->track.codec) {
		f->track.codec = codec;
		f->track.config_len = 0;
		buf_reset(&f->record);
	}
	if (ac3_config_build(&f->next, &u, was->p, was->len) == 0)
		feed_take(f, 0, 0);
	out->len = u.len;
	out->samples = u.samples;
	return 0;
}

static int
mp3(struct feed *f, const uint8_t *p, size_t n, struct frame *out)
{
	struct mp3_frame m;

	if (mp3_frame_parse(&m, p, n) == -1)
		return -1;
	(void)buf_put(&f->next, m.record, sizeof(m.record));
	feed_take(f, 0, 0);
	out->len = m.len;
	out->samples = m.samples;
	return 0;
}

/* The frame at the beginning of the N bytes at P. */
static int
take(struct feed *f, const uint8_t *p, size_t n, struct frame *out)
{
	*out = (struct frame){.len = n};
	buf_reset(&f->next);
	switch (f->track.codec) {
	case MEDIA_AAC:
		return aac(f, p, n, out);
	case MEDIA_AC3:
	case MEDIA_EAC3:
		return ac3(f, p, n, out);
	case MEDIA_MP3:
		return mp3(f, p, n, out);
	case MEDIA_OPUS:
		out->samples = opus_samples(p, n);
		break;
	case MEDIA_FLAC:
		out->samples = flac_samples(p, n);
		break;
	case MEDIA_UNKNOWN:
	case MEDIA_H264:
	case MEDIA_HEVC:
	case MEDIA_AV1:
	case MEDIA_VP9:
		break;
	}
	return out->samples > 0 ? 0 : bad();
}

static int
unit(struct feed *f, const uint8_t **p, size_t *n, bool key, struct buf *out)
{
	struct frame frame;

	(void)key;
	if (take(f, *p, *n, &frame) == -1)
		return -1;
	(void)buf_put(out, *p + frame.skip, frame.len);
	*p += frame.skip + frame.len;
	*n -= frame.skip + frame.len;
	f->samples = frame.samples;
	return 0;
}

const struct feed_kind feed_audio = {header, unit};
