#include "cmaf_track.h"

#include <stdlib.h>

/* An initialization section of anybody, and what it says of its track. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct media_track t;
	struct cmaf_header h;
	struct buf config;

	buf_init(&config, MEDIA_MAX_CONFIG);
	if (cmaf_header_read(&h, data, len) == 0 &&
	    cmaf_track(&h, &t, &config) == 0 &&
	    (codec_of(t.codec) == NULL || t.config_len != config.len ||
		codec_of(t.codec)->kind != t.kind))
		abort();
	buf_fini(&config);
	return 0;
}
