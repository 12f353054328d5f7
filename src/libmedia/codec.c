#include "codec.h"
#include "aac.h"
#include "ac3.h"
#include "av1.h"
#include "avc.h"
#include "flac.h"
#include "hevc.h"
#include "mp3.h"
#include "opus.h"
#include "vp9.h"

/* RIFF's numbers of sounds, as libavformat writes them. */
enum {
	WAVE_AAC = 0xff,
	WAVE_ADTS = 0x1600,
	WAVE_FLAC = 0xf1ac,
	WAVE_AC3 = 0x2000, /* and E-AC-3: the first frame tells */
	WAVE_MP3 = 0x55
};

static const uint32_t h264_tags[] = {CODEC_TAG('H', '2', '6', '4'),
    CODEC_TAG('h', '2', '6', '4'), CODEC_TAG('a', 'v', 'c', '1'),
    CODEC_TAG('X', '2', '6', '4'), CODEC_TAG('x', '2', '6', '4'), 0};
static const uint32_t aac_tags[] = {
    WAVE_AAC, WAVE_ADTS, CODEC_TAG('m', 'p', '4', 'a'), 0};
static const uint32_t hevc_tags[] = {CODEC_TAG('H', 'E', 'V', 'C'),
    CODEC_TAG('H', '2', '6', '5'), CODEC_TAG('h', 'v', 'c', '1'),
    CODEC_TAG('h', 'e', 'v', '1'), 0};
static const uint32_t av1_tags[] = {
    CODEC_TAG('A', 'V', '0', '1'), CODEC_TAG('a', 'v', '0', '1'), 0};
static const uint32_t vp9_tags[] = {
    CODEC_TAG('V', 'P', '9', '0'), CODEC_TAG('v', 'p', '0', '9'), 0};
static const uint32_t opus_tags[] = {CODEC_TAG('O', 'p', 'u', 's'), 0};
static const uint32_t flac_tags[] = {
    WAVE_FLAC, CODEC_TAG('f', 'L', 'a', 'C'), 0};
static const uint32_t ac3_tags[] = {WAVE_AC3, CODEC_TAG('a', 'c', '-', '3'), 0};
static const uint32_t eac3_tags[] = {CODEC_TAG('e', 'c', '-', '3'), 0};
static const uint32_t mp3_tags[] = {
    WAVE_MP3, CODEC_TAG('M', 'P', '3', ' '), CODEC_TAG('.', 'm', 'p', '3'), 0};

static const struct codec codecs[] = {
    {MEDIA_H264, MEDIA_VIDEO, "h264", CODEC_TAG('H', '2', '6', '4'), h264_tags,
	CODEC_BOX('a', 'v', 'c', '1'), avc_codecs, avc_facts},
    {MEDIA_AAC, MEDIA_AUDIO, "aac", WAVE_AAC, aac_tags,
	CODEC_BOX('m', 'p', '4', 'a'), aac_codecs, aac_facts},
    {MEDIA_HEVC, MEDIA_VIDEO, "hevc", CODEC_TAG('H', 'E', 'V', 'C'), hevc_tags,
	CODEC_BOX('h', 'v', 'c', '1'), hevc_codecs, hevc_facts},
    {MEDIA_AV1, MEDIA_VIDEO, "av1", CODEC_TAG('A', 'V', '0', '1'), av1_tags,
	CODEC_BOX('a', 'v', '0', '1'), av1_codecs, av1_facts},
    {MEDIA_VP9, MEDIA_VIDEO, "vp9", CODEC_TAG('V', 'P', '9', '0'), vp9_tags,
	CODEC_BOX('v', 'p', '0', '9'), vp9_codecs, vp9_facts},
    {MEDIA_OPUS, MEDIA_AUDIO, "opus", CODEC_TAG('O', 'p', 'u', 's'), opus_tags,
	CODEC_BOX('O', 'p', 'u', 's'), opus_codecs, opus_facts},
    {MEDIA_FLAC, MEDIA_AUDIO, "flac", WAVE_FLAC, flac_tags,
	CODEC_BOX('f', 'L', 'a', 'C'), flac_codecs, flac_facts},
    {MEDIA_AC3, MEDIA_AUDIO, "ac3", WAVE_AC3, ac3_tags,
	CODEC_BOX('a', 'c', '-', '3'), ac3_codecs, ac3_facts},
    {MEDIA_EAC3, MEDIA_AUDIO, "eac3", WAVE_AC3, eac3_tags,
	CODEC_BOX('e', 'c', '-', '3'), eac3_codecs, eac3_facts},
    {MEDIA_MP3, MEDIA_AUDIO, "mp3", WAVE_MP3, mp3_tags,
	CODEC_BOX('m', 'p', '4', 'a'), mp3_codecs, mp3_facts},
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
