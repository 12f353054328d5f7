#include "sound.h"
#include "aac.h"
#include "ac3.h"
#include "buf.h"
#include "mp3.h"
#include "opus.h"

#include <errno.h>
#include <string.h>

enum { MP3_HEAD = 4, OPUS_HEAD = 19, OPUS_FLAGS = 2 };

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

static int
aac(struct sound *s, const uint8_t *p, size_t n, const char **why)
{
	struct aac_adts a;
	struct aac_config c;

	if (n < AAC_ADTS_SIZE)
		return 0;
	/* Of the frame only its header is looked at. */
	if (aac_adts_parse(&a, p, SOUND_MAX) == -1) {
		/* A header all the same, whose channel_configuration is 0. */
		if (p[0] == 0xff && (p[1] & 0xf6) == 0xf0 && (p[2] & 1) == 0 &&
		    p[3] >> 6 == 0) {
			*why = "AAC with channels of its own is not supported";
			errno = ENOTSUP;
		}
		return -1;
	}
	if (aac_config_parse(&c, a.asc, sizeof(a.asc)) == -1)
		return -1;
	s->len = a.frame_len;
	s->head = a.header_len;
	s->samples = c.frame_samples;
	s->clock_hz = c.core_rate_hz;
	s->sample_rate_hz = c.sample_rate_hz;
	s->channels = c.channels;
	memcpy(s->record, a.asc, sizeof(a.asc));
	s->record_len = sizeof(a.asc);
	return n >= s->len;
}

static int
mp3(struct sound *s, const uint8_t *p, size_t n, const char **why)
{
	struct mp3_frame f;

	if (n < MP3_HEAD)
		return 0;
	if (mp3_frame_parse(&f, p, SOUND_MAX) == -1) {
		/* The sync word with the bits of layer I or II. */
		if (p[0] == 0xff && (p[1] & 0xe4) == 0xe4 && (p[1] & 6) != 2) {
			*why = "MPEG audio of layer II is not supported";
			errno = ENOTSUP;
			return -1;
		}
		return -1;
	}
	s->len = f.len;
	s->samples = f.samples;
	s->clock_hz = s->sample_rate_hz = f.sample_rate_hz;
	s->channels = f.channels;
	return n >= s->len;
}

static int
ac3(struct sound *s, const uint8_t *p, size_t n, bool last)
{
	struct ac3_unit u;
	size_t len;
	int rc = ac3_unit_len(&len, p, n, last);

	if (rc != 1)
		return rc;
	if (ac3_unit_parse(&u, p, len) == -1)
		return -1;
	s->len = len;
	s->samples = u.samples;
	s->clock_hz = s->sample_rate_hz = u.sample_rate_hz;
	s->channels = u.channels;
	return 1;
}

/*
 * The OpusHead of CODE, channel_config_code of the Opus descriptor: as many
 * channels in the order of Vorbis (RFC 7845, 5.1.1.2), or two mono streams.
 */
static int
opus_record(struct sound *s, unsigned code)
{
	static const uint8_t streams[9] = {0, 1, 1, 2, 2, 3, 4, 4, 5};
	static const uint8_t coupled[9] = {0, 0, 1, 1, 2, 2, 2, 3, 3};
	static const uint8_t mapping[9][8] = {{0}, {0}, {0}, {0, 2, 1},
	    {0, 1, 2, 3}, {0, 4, 1, 2, 3}, {0, 4, 1, 2, 3, 5},
	    {0, 4, 1, 2, 3, 5, 6}, {0, 6, 1, 2, 3, 4, 5, 7}};
	struct buf b;
	int rc = -1;

	buf_init(&b, SOUND_RECORD);
	if (code < 1 || code > 8)
		goto out;
	if (opus_config_build(&b, code > 2 ? 2 : code) == -1)
		goto out;
	memcpy(s->record, b.p, b.len);
	s->record_len = b.len;
	s->channels = code;
	if (code > 2) {
		s->record[9] = (uint8_t)code;
		s->record[18] = 1; /* the mapping family */
		s->record[OPUS_HEAD] = streams[code];
		s->record[OPUS_HEAD + 1] = coupled[code];
		memcpy(s->record + OPUS_HEAD + 2, mapping[code], code);
		s->record_len = OPUS_HEAD + 2 + code;
	}
	rc = 0;
out:
	buf_fini(&b);
	return rc;
}

/* The control header of "Opus in MPEG-2 transport streams" 0.1, 4. */
static int
opus(struct sound *s, unsigned code, const uint8_t *p, size_t n,
    const char **why)
{
	size_t i = OPUS_FLAGS, size = 0;

	if (n < OPUS_FLAGS + 1)
		return 0;
	if (p[0] != 0x7f || (p[1] & 0xe0) != 0xe0)
		return -1;
	do {
		if (i == n)
			return 0;
		size += p[i];
	} while (p[i++] == 0xff);
	i += p[1] & 0x10 ? 2 : 0; /* start_trim */
	i += p[1] & 0x08 ? 2 : 0; /* end_trim */
	if (p[1] & 0x04) {        /* control_extension */
		if (i >= n)
			return 0;
		i += 1u + p[i];
	}
	if (i + size > SOUND_MAX)
		return -1;
	if (i + size > n)
		return 0;
	s->len = i + size;
	s->head = i;
	s->clock_hz = s->sample_rate_hz = OPUS_HZ;
	s->samples = opus_samples(p + i, size);
	if (opus_record(s, code) == -1) {
		*why = "this Opus channel layout is not supported";
		errno = ENOTSUP;
		return -1;
	}
	return s->samples > 0 ? 1 : -1;
}

int
sound_parse(struct sound *s, enum media_codec codec, unsigned channels,
    const uint8_t *p, size_t n, bool last, const char **why)
{
	*s = (struct sound){.len = 0};
	*why = NULL;
	errno = EBADMSG;
	switch ((int)codec) {
	case MEDIA_AAC:
		return aac(s, p, n, why);
	case MEDIA_MP3:
		return mp3(s, p, n, why);
	case MEDIA_AC3:
	case MEDIA_EAC3:
		return ac3(s, p, n, last);
	case MEDIA_OPUS:
		return opus(s, channels, p, n, why);
	default:
		return bad();
	}
}
