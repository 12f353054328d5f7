#include "aac.h"
#include "cmaf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct media_track t = {.kind = MEDIA_AUDIO,
	    .codec = MEDIA_AAC,
	    .channels = 2,
	    .config = data,
	    .config_len = len};
	char codecs[MEDIA_CODECS_SIZE];
	struct aac_config c;
	struct aac_adts a;
	struct buf b;

	if (aac_config_parse(&c, data, len) == 0) {
		if (c.core_rate_hz == 0 || c.frame_samples == 0 ||
		    aac_codecs(codecs, data, len) == -1)
			abort();
		buf_init(&b, 4096);
		if (cmaf_init(&t, c.core_rate_hz, &b) == -1)
			abort();
		buf_fini(&b);
	}
	if (aac_adts_parse(&a, data, len) == 0 &&
	    (a.frame_len > len || a.header_len > a.frame_len ||
		aac_config_parse(&c, a.asc, sizeof(a.asc)) == -1))
		abort();
	return 0;
}
