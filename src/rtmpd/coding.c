#include "coding.h"
#include "aac.h"
#include "avc.h"

#include <errno.h>
#include <string.h>

enum {
	AAC_MAIN = 1,
	AAC_LC = 2,
	AAC_LTP = 4,
	AAC_SAMPLES = 1024, /* of the core, in a frame */
	AAC_RATE_MAX_HZ = 96000,
	AAC_FRAME_MAX = 6144 /* bytes; 6144 bits a channel, at most 8 */
};

static int
h264_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	struct avc_config a;

	if (avc_config_parse(&a, p, len) == -1) {
		*why = "the H.264 configuration is malformed";
		return -1;
	}
	c->width = a.sps.width;
	c->height = a.sps.height;
	c->reorder = a.sps.reorder_frames;
	c->frame_rate_mhz = a.sps.frame_rate_mhz;
	c->nal_length_bytes = a.length_size;
	return 0;
}

/* The lengths must fit, and there must be a picture. */
static bool
h264_frame(
    const struct coding_config *c, const uint8_t *p, size_t len, bool *key)
{
	bool slices = false;
	struct avc_nals it;
	struct avc_nal nal;

	avc_nals_init(&it, p, len, c->nal_length_bytes);
	while (avc_nals_next(&it, &nal)) {
		slices =
		    slices || (nal.type >= AVC_SLICE && nal.type <= AVC_IDR);
		if (nal.type == AVC_IDR)
			*key = true;
	}
	return slices && !it.bad;
}

static int
aac_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	struct aac_config a;

	if (aac_config_parse(&a, p, len) == -1 ||
	    a.sample_rate_hz > AAC_RATE_MAX_HZ ||
	    (a.sample_rate_hz != a.core_rate_hz &&
		a.sample_rate_hz != 2 * a.core_rate_hz)) {
		*why = "the AAC configuration is malformed";
		errno = EBADMSG;
		return -1;
	}
	*why = NULL;
	if (a.core_type != AAC_LC && a.core_type != AAC_MAIN &&
	    a.core_type != AAC_LTP)
		*why = "this kind of AAC is not supported; use AAC-LC";
	else if (a.channels < 1 || a.channels > 8)
		*why = "this AAC channel layout is not supported";
	else if (a.frame_samples != AAC_SAMPLES)
		*why = "AAC with frames of 960 samples is not supported";
	if (*why != NULL) {
		errno = ENOTSUP;
		return -1;
	}
	c->sample_rate_hz = a.sample_rate_hz;
	c->channels = a.channels;
	return 0;
}

static bool
aac_frame(
    const struct coding_config *c, const uint8_t *p, size_t len, bool *key)
{
	(void)c;
	(void)p;
	*key = true;
	return len > 0 && len <= AAC_FRAME_MAX;
}

/* A codec we take has both functions; the others are here for their names. */
static const struct coding codings[] = {
    {MEDIA_VIDEO, MEDIA_H264, 7, CODING_FOURCC('a', 'v', 'c', '1'), "H.264",
	true, h264_configure, h264_frame},
    {MEDIA_AUDIO, MEDIA_AAC, 10, CODING_FOURCC('m', 'p', '4', 'a'), "AAC",
	false, aac_configure, aac_frame},

    {MEDIA_VIDEO, MEDIA_UNKNOWN, 12, CODING_FOURCC('h', 'v', 'c', '1'), "HEVC",
	true, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, 13, CODING_FOURCC('a', 'v', '0', '1'), "AV1",
	false, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, CODING_NO_LEGACY,
	CODING_FOURCC('v', 'p', '0', '9'), "VP9", false, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, CODING_NO_LEGACY,
	CODING_FOURCC('v', 'p', '0', '8'), "VP8", false, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, 2, 0, "Sorenson H.263", false, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, 3, 0, "Screen video", false, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, 4, 0, "VP6", false, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, 5, 0, "VP6 with alpha", false, NULL, NULL},
    {MEDIA_VIDEO, MEDIA_UNKNOWN, 6, 0, "Screen video 2", false, NULL, NULL},

    {MEDIA_AUDIO, MEDIA_UNKNOWN, 13, CODING_FOURCC('O', 'p', 'u', 's'), "Opus",
	false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, CODING_NO_LEGACY,
	CODING_FOURCC('f', 'L', 'a', 'C'), "FLAC", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, CODING_NO_LEGACY,
	CODING_FOURCC('a', 'c', '-', '3'), "AC-3", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, CODING_NO_LEGACY,
	CODING_FOURCC('e', 'c', '-', '3'), "E-AC-3", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 0, 0, "PCM", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 1, 0, "ADPCM", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 2, CODING_FOURCC('.', 'm', 'p', '3'), "MP3",
	false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 3, 0, "PCM", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 4, 0, "Nellymoser", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 5, 0, "Nellymoser", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 6, 0, "Nellymoser", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 7, 0, "G.711 A-law", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 8, 0, "G.711 mu-law", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 11, 0, "Speex", false, NULL, NULL},
    {MEDIA_AUDIO, MEDIA_UNKNOWN, 14, 0, "MP3", false, NULL, NULL},
};

enum { CODINGS = sizeof(codings) / sizeof(codings[0]) };

const struct coding *
coding_enhanced(size_t i)
{
	for (size_t j = 0; j < CODINGS; j++)
		if (codings[j].fourcc != 0 && codings[j].configure != NULL &&
		    i-- == 0)
			return &codings[j];
	return NULL;
}

const char *
coding_name_fourcc(char dst[CODING_FOURCC_SIZE], const struct coding *k)
{
	for (int i = 0; i < 4; i++)
		dst[i] = (char)(k->fourcc >> (24 - 8 * i));
	dst[4] = '\0';
	return dst;
}

const struct coding *
coding_legacy(enum media_kind kind, unsigned id)
{
	for (size_t i = 0; i < CODINGS; i++)
		if (codings[i].kind == kind && codings[i].legacy == id &&
		    id != CODING_NO_LEGACY)
			return &codings[i];
	return NULL;
}

const struct coding *
coding_fourcc(enum media_kind kind, uint32_t fourcc)
{
	for (size_t i = 0; i < CODINGS; i++)
		if (codings[i].kind == kind && codings[i].fourcc == fourcc &&
		    fourcc != 0)
			return &codings[i];
	return NULL;
}

int
coding_configure(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why)
{
	if (len > sizeof(c->record)) {
		*why = "the codec configuration is too long";
		errno = EBADMSG;
		return -1;
	}
	*c = (struct coding_config){.coding = NULL};
	if (k->configure(c, p, len, why) == -1)
		return -1;
	c->coding = k;
	memcpy(c->record, p, len);
	c->record_len = len;
	return 0;
}
