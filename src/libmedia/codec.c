#include "codec.h"
#include "aac.h"
#include "avc.h"

/* RIFF's number of AAC, as libavformat writes it. */
enum { WAVE_AAC = 0xff, WAVE_ADTS = 0x1600 };

static const uint32_t h264_tags[] = {CODEC_TAG('H', '2', '6', '4'),
    CODEC_TAG('h', '2', '6', '4'), CODEC_TAG('a', 'v', 'c', '1'),
    CODEC_TAG('X', '2', '6', '4'), CODEC_TAG('x', '2', '6', '4'), 0};
static const uint32_t aac_tags[] = {
    WAVE_AAC, WAVE_ADTS, CODEC_TAG('m', 'p', '4', 'a'), 0};

static const struct codec codecs[] = {
    {MEDIA_H264, MEDIA_VIDEO, "h264", CODEC_TAG('H', '2', '6', '4'), h264_tags,
	CODEC_BOX('a', 'v', 'c', '1'), avc_codecs},
    {MEDIA_AAC, MEDIA_AUDIO, "aac", WAVE_AAC, aac_tags,
	CODEC_BOX('m', 'p', '4', 'a'), aac_codecs},
};

enum { CODECS = sizeof(codecs) / sizeof(codecs[0]) };

const struct codec *
codec_of(enum media_codec id)
{
	for (size_t i = 0; i < CODECS; i++)
		if (codecs[i].id == id)
			return &codecs[i];
	return NULL;
}

const struct codec *
codec_by_nut(enum media_kind kind, uint32_t tag)
{
	for (size_t i = 0; i < CODECS; i++)
		for (const uint32_t *t = codecs[i].nut_as; *t != 0; t++)
			if (codecs[i].kind == kind && *t == tag)
				return &codecs[i];
	return NULL;
}
