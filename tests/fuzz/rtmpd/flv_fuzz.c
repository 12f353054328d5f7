#include "coding.h"
#include "flv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A configuration, its length before it, then frames of that codec. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct coding_config c = {.coding = NULL};
	struct flv_metadata m;
	const char *why = NULL;
	struct flv_tag t;
	bool video;

	if (len < 2)
		return 0;
	video = data[0] & 1;
	(void)flv_metadata(&m, data + 1, len - 1);
	for (size_t at = 1; at < len;) {
		size_t n = data[at++];
		int rc;

		n = n < len - at ? n : len - at;
		rc = video ? flv_video(&t, data + at, n)
			   : flv_audio(&t, data + at, n);
		at += n;
		if (rc == -1)
			continue;
		if (t.kind == FLV_CONFIG) {
			if (codec_of(t.coding->id) == NULL)
				abort();
			if (coding_configure(&c, t.coding, t.p, t.len, &why) ==
			    -1) {
				c.coding = NULL;
				if (why == NULL)
					abort();
			}
		} else if (t.kind == FLV_FRAME && c.coding == t.coding) {
			(void)t.coding->frame(&c, t.p, t.len, &t.key);
		}
	}
	return 0;
}
