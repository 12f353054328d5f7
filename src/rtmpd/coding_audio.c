#include "aac.h"
#include "ac3.h"
#include "coding_own.h"
#include "flac.h"
#include "mp3.h"
#include "opus.h"

#include <errno.h>
#include <string.h>

enum {
	AAC_MAIN = 1,
	AAC_LC = 2,
	AAC_LTP = 4,
	AAC_SAMPLES = 1024, /* of the core, in a frame */
	AAC_RATE_MAX_HZ = 96000,
	AAC_FRAME_MAX = 6144, /* bytes; 6144 bits a channel, at most 8 */
	CHANNELS_MAX = 8,
	FLAC_RATE_MAX_HZ = 192000
};

int
coding_aac_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	struct aac_config a;

	if (aac_config_parse(&a, p, len) == -1 ||
	    a.sample_rate_hz > AAC_RATE_MAX_HZ ||
	    (a.sample_rate_hz != a.core_rate_hz &&
		a.sample_rate_hz != 2 * a.core_rate_hz))
		return coding_refuse(
		    why, EBADMSG, "the AAC configuration is malformed");
	if (a.core_type != AAC_LC && a.core_type != AAC_MAIN &&
	    a.core_type != AAC_LTP)
		return coding_refuse(why, ENOTSUP,
		    "this kind of AAC is not supported; use AAC-LC");
	if (a.channels < 1 || a.channels > CHANNELS_MAX)
		return coding_refuse(
		    why, ENOTSUP, "this AAC channel layout is not supported");
	if (a.frame_samples != AAC_SAMPLES)
		return coding_refuse(why, ENOTSUP,
		    "AAC with frames of 960 samples is not supported");
	c->sample_rate_hz = a.sample_rate_hz;
	c->channels = a.channels;
	c->complete = true;
	return coding_keep(c, p, len);
}

enum coding_verdict
coding_aac_frame(struct coding_config *c, struct coding_frame *f)
{
	(void)c;
	f->key = true;
	return f->len > 0 && f->len <= AAC_FRAME_MAX ? CODING_GOOD : CODING_BAD;
}

static int
opus_learn(struct coding_config *c, const uint8_t *p, size_t len)
{
	struct opus_config o;

	if (opus_config_parse(&o, p, len) == -1)
		return -1;
	c->sample_rate_hz = OPUS_HZ;
	c->channels = o.channels;
	c->complete = true;
	return coding_keep(c, p, len);
}

/* The record of one that is CHANNELS wide, and nothing else is known of. */
static int
opus_make(struct coding_config *c, unsigned channels)
{
	struct buf b;
	int rc = -1;

	buf_init(&b, sizeof(c->record));
	if (opus_config_build(&b, channels) == 0)
		rc = opus_learn(c, b.p, b.len);
	buf_fini(&b);
	return rc;
}

/* OpusHead, or nothing. */
int
coding_opus_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	if (len == 0)
		return 0;
	if (opus_learn(c, p, len) == -1)
		return coding_refuse(
		    why, EBADMSG, "the Opus configuration is malformed");
	if (c->channels > CHANNELS_MAX)
		return coding_refuse(
		    why, ENOTSUP, "this Opus channel layout is not supported");
	return 0;
}

/* AudioChannelOrder, then how many there are. */
int
coding_opus_channels(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	if (len < 2)
		return coding_refuse(
		    why, EBADMSG, "the channel configuration is malformed");
	if (p[1] < 1 || p[1] > 2)
		return coding_refuse(why, ENOTSUP,
		    "Opus of more than two channels needs its OpusHead");
	return opus_make(c, p[1]);
}

enum coding_verdict
coding_opus_frame(struct coding_config *c, struct coding_frame *f)
{
	f->key = true;
	if (opus_samples(f->p, f->len) == 0)
		return CODING_BAD;
	if (c->complete)
		return CODING_GOOD;
	/* Mono comes out of a stereo decoder as well. */
	return opus_make(c, 2) == 0 ? CODING_CHANGED : CODING_BAD;
}

/* "fLaC" and blocks, or the STREAMINFO alone, behind "fLaC" or not. */
int
coding_flac_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	struct flac_config f;

	if (len == 4 + FLAC_STREAMINFO && memcmp(p, "fLaC", 4) == 0) {
		p += 4;
		len -= 4;
	}
	/* One that begins so itself has blocks longer than the longest. */
	if (flac_config_parse(&f, p, len) == -1 ||
	    memcmp(f.streaminfo, "fLaC", 4) == 0)
		return coding_refuse(
		    why, EBADMSG, "the FLAC configuration is malformed");
	if (f.channels > CHANNELS_MAX || f.sample_rate_hz > FLAC_RATE_MAX_HZ)
		return coding_refuse(
		    why, ENOTSUP, "this kind of FLAC is not supported");
	c->sample_rate_hz = f.sample_rate_hz;
	c->channels = f.channels;
	c->complete = true;
	return coding_keep(c, f.streaminfo, FLAC_STREAMINFO);
}

enum coding_verdict
coding_flac_frame(struct coding_config *c, struct coding_frame *f)
{
	(void)c;
	f->key = true;
	return flac_samples(f->p, f->len) > 0 ? CODING_GOOD : CODING_BAD;
}

/* The frames of these say all there is: what stands here is not looked at. */
int
coding_bare_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	(void)c;
	(void)p;
	(void)len;
	(void)why;
	return 0;
}

/* A frame says that it is of so many channels at that rate. */
static enum coding_verdict
said(struct coding_config *c, unsigned sample_rate_hz, unsigned channels)
{
	if (c->complete && c->sample_rate_hz == sample_rate_hz &&
	    c->channels == channels)
		return CODING_GOOD;
	c->sample_rate_hz = sample_rate_hz;
	c->channels = channels;
	c->complete = true;
	return CODING_CHANGED;
}

static enum coding_verdict
dolby(struct coding_config *c, struct coding_frame *f, bool enhanced)
{
	struct ac3_unit u;

	f->key = true;
	if (ac3_unit_parse(&u, f->p, f->len) == -1 || u.enhanced != enhanced)
		return CODING_BAD;
	return said(c, u.sample_rate_hz, u.channels);
}

enum coding_verdict
coding_ac3_frame(struct coding_config *c, struct coding_frame *f)
{
	return dolby(c, f, false);
}

enum coding_verdict
coding_eac3_frame(struct coding_config *c, struct coding_frame *f)
{
	return dolby(c, f, true);
}

enum coding_verdict
coding_mp3_frame(struct coding_config *c, struct coding_frame *f)
{
	struct mp3_frame m;

	f->key = true;
	if (mp3_frame_parse(&m, f->p, f->len) == -1)
		return CODING_BAD;
	return said(c, m.sample_rate_hz, m.channels);
}
