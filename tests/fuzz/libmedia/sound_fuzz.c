#include "ac3.h"
#include "cmaf.h"
#include "flac.h"
#include "mp3.h"
#include "opus.h"

#include <stdlib.h>

/* Records and frames of Opus, FLAC, AC-3, E-AC-3 and MP3. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The LEN bytes at P are taken as a record of CODEC: then they make a track. */
static bool
taken(enum media_codec codec, const uint8_t *p, size_t len)
{
	const struct media_track t = {.kind = MEDIA_AUDIO,
	    .codec = codec,
	    .channels = 2,
	    .config = p,
	    .config_len = len};
	char codecs[MEDIA_CODECS_SIZE];
	struct codec_facts f;
	struct buf b;
	bool good = codec_of(codec)->facts(&f, &t) == 0;

	if (!good)
		return false;
	buf_init(&b, 1 << 20);
	if (f.clock_hz == 0 || f.channels == 0 || f.frame_samples == 0 ||
	    codec_of(codec)->codecs(codecs, p, len) == -1 ||
	    cmaf_init(&t, f.clock_hz, &b) == -1)
		abort();
	buf_fini(&b);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ac3_unit u;
	struct mp3_frame f;
	struct buf b;

	for (enum media_codec c = MEDIA_OPUS; c <= MEDIA_MP3; c++)
		(void)taken(c, data, len);
	if (opus_samples(data, len) > OPUS_MAX_SAMPLES ||
	    flac_samples(data, len) > 65536)
		abort();
	if (mp3_frame_parse(&f, data, len) == 0 &&
	    (f.len > len || f.len < 4 ||
		!taken(MEDIA_MP3, f.record, MP3_RECORD)))
		abort();
	if (ac3_unit_parse(&u, data, len) == 0) {
		buf_init(&b, 100);
		if (u.len > len || u.len < 2 || u.samples == 0 ||
		    ac3_config_build(&b, &u, NULL, 0) == -1 ||
		    !taken(u.enhanced ? MEDIA_EAC3 : MEDIA_AC3, b.p, b.len))
			abort();
		buf_fini(&b);
	}
	return 0;
}
