#include "coding.h"
#include "coding_own.h"

#include <errno.h>
#include <string.h>

#define CC CODING_FOURCC

/* A codec we take has both functions; the others are here for their names. */
static const struct coding codings[] = {
    {MEDIA_VIDEO, MEDIA_H264, 7, CC('a', 'v', 'c', '1'), "H.264", true, false,
	coding_h264_configure, coding_h264_frame},
    /* In FLV's old form, which does not know it, as encoders in China do. */
    {MEDIA_VIDEO, MEDIA_HEVC, 12, CC('h', 'v', 'c', '1'), "HEVC", true, false,
	coding_hevc_configure, coding_hevc_frame},
    {MEDIA_VIDEO, MEDIA_AV1, CODING_NO_LEGACY, CC('a', 'v', '0', '1'), "AV1",
	false, false, coding_av1_configure, coding_av1_frame},
    {MEDIA_VIDEO, MEDIA_VP9, CODING_NO_LEGACY, CC('v', 'p', '0', '9'), "VP9",
	false, true, coding_vp9_configure, coding_vp9_frame},

    {MEDIA_AUDIO, MEDIA_AAC, 10, CC('m', 'p', '4', 'a'), "AAC", false, false,
	coding_aac_configure, coding_aac_frame},
    {MEDIA_AUDIO, MEDIA_OPUS, CODING_NO_LEGACY, CC('O', 'p', 'u', 's'), "Opus",
	false, true, coding_opus_configure, coding_opus_frame},
    {MEDIA_AUDIO, MEDIA_FLAC, CODING_NO_LEGACY, CC('f', 'L', 'a', 'C'), "FLAC",
	false, false, coding_flac_configure, coding_flac_frame},
    {MEDIA_AUDIO, MEDIA_AC3, CODING_NO_LEGACY, CC('a', 'c', '-', '3'), "AC-3",
	false, true, coding_bare_configure, coding_ac3_frame},
    {MEDIA_AUDIO, MEDIA_EAC3, CODING_NO_LEGACY, CC('e', 'c', '-', '3'),
	"E-AC-3", false, true, coding_bare_configure, coding_eac3_frame},
    {MEDIA_AUDIO, MEDIA_MP3, 2, CC('.', 'm', 'p', '3'), "MP3", false, true,
	coding_bare_configure, coding_mp3_frame},
    {MEDIA_AUDIO, MEDIA_MP3, 14, 0, "MP3", false, true, coding_bare_configure,
	coding_mp3_frame},

    {.kind = MEDIA_VIDEO,
	.legacy = CODING_NO_LEGACY,
	.fourcc = CC('v', 'v', 'c', '1'),
	.name = "VVC"},
    {.kind = MEDIA_VIDEO,
	.legacy = CODING_NO_LEGACY,
	.fourcc = CC('v', 'p', '0', '8'),
	.name = "VP8"},
    {.kind = MEDIA_VIDEO, .legacy = 13, .name = "AV1 in FLV's old form"},
    {.kind = MEDIA_VIDEO, .legacy = 2, .name = "Sorenson H.263"},
    {.kind = MEDIA_VIDEO, .legacy = 3, .name = "Screen video"},
    {.kind = MEDIA_VIDEO, .legacy = 4, .name = "VP6"},
    {.kind = MEDIA_VIDEO, .legacy = 5, .name = "VP6 with alpha"},
    {.kind = MEDIA_VIDEO, .legacy = 6, .name = "Screen video 2"},

    {.kind = MEDIA_AUDIO, .legacy = 0, .name = "PCM"},
    {.kind = MEDIA_AUDIO, .legacy = 1, .name = "ADPCM"},
    {.kind = MEDIA_AUDIO, .legacy = 3, .name = "PCM"},
    {.kind = MEDIA_AUDIO, .legacy = 4, .name = "Nellymoser"},
    {.kind = MEDIA_AUDIO, .legacy = 5, .name = "Nellymoser"},
    {.kind = MEDIA_AUDIO, .legacy = 6, .name = "Nellymoser"},
    {.kind = MEDIA_AUDIO, .legacy = 7, .name = "G.711 A-law"},
    {.kind = MEDIA_AUDIO, .legacy = 8, .name = "G.711 mu-law"},
    {.kind = MEDIA_AUDIO, .legacy = 11, .name = "Speex"},
    {.kind = MEDIA_AUDIO, .legacy = 13, .name = "Opus in FLV's old form"},
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
coding_fourcc_text(char dst[CODING_FOURCC_SIZE], uint32_t fourcc)
{
	for (int i = 0; i < 4; i++) {
		uint32_t c = fourcc >> (24 - 8 * i) & 0xff;

		dst[i] = c > ' ' && c < 0x7f && c != '"' && c != '\\' ? (char)c
								      : '?';
	}
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
coding_keep(struct coding_config *c, const uint8_t *p, size_t len)
{
	if (len > sizeof(c->record)) {
		errno = EBADMSG;
		return -1;
	}
	if (len > 0)
		memcpy(c->record, p, len);
	c->record_len = len;
	return 0;
}

int
coding_refuse(const char **why, int error, const char *because)
{
	*why = because;
	errno = error;
	return -1;
}

static int
configure(coding_configure_fn *fn, struct coding_config *c,
    const struct coding *k, const uint8_t *p, size_t len, const char **why)
{
	if (len > sizeof(c->record))
		return coding_refuse(
		    why, EBADMSG, "the codec configuration is too long");
	*c = (struct coding_config){.coding = k};
	return fn(c, p, len, why);
}

int
coding_configure(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why)
{
	return configure(k->configure, c, k, p, len, why);
}

int
coding_configure_ts(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why)
{
	if (k->id != MEDIA_AV1)
		return coding_refuse(
		    why, ENOTSUP, "MPEG-2 TS within RTMP is not supported");
	return configure(coding_av1_descriptor, c, k, p, len, why);
}

int
coding_configure_channels(struct coding_config *c, const struct coding *k,
    const uint8_t *p, size_t len, const char **why)
{
	return configure(coding_opus_channels, c, k, p, len, why);
}

enum coding_verdict
coding_look(struct coding_config *c, struct coding_frame *f)
{
	enum coding_verdict verdict = c->coding->frame(c, f);

	return verdict == CODING_GOOD && !c->complete ? CODING_BAD : verdict;
}
