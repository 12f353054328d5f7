#include "avc.h"
#include "cmaf.h"
#include "params.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What a record that was taken must bear: it can be written and read again. */
static void
again(const uint8_t *data, size_t len)
{
	const struct media_track t = {.kind = MEDIA_VIDEO,
	    .codec = MEDIA_H264,
	    .config = data,
	    .config_len = len};
	struct avc_config c;
	struct params *ps = params_open(MEDIA_H264);
	struct buf b, record;

	if (ps == NULL || avc_config_parse(&c, data, len) == -1)
		goto out;
	buf_init(&b, 1 << 20);
	buf_init(&record, MEDIA_MAX_CONFIG);
	if (cmaf_init(&t, 90000, &b) == -1 && c.sps.width == 0)
		abort();
	if (params_load(ps, c.set, c.sets) != -1 &&
	    params_record(ps, &record) == 0) {
		/* Nothing more to take the second time. */
		if (params_load(ps, c.set, c.sets) != 0 && c.sets == 2)
			abort();
		if (avc_config_parse(&c, record.p, record.len) == -1)
			abort();
	}
	buf_fini(&b);
	buf_fini(&record);
out:
	params_close(ps);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char codecs[MEDIA_CODECS_SIZE];
	struct avc_sps sps;
	struct avc_nals it;
	struct avc_nal nal;

	if (avc_sps_parse(&sps, data, len) == 0 &&
	    (sps.width == 0 || sps.width > 16384 || sps.height == 0 ||
		sps.reorder_frames > MEDIA_MAX_DELAY))
		abort();
	(void)avc_codecs(codecs, data, len);
	for (unsigned size = 0; size <= 4; size++) {
		size_t bytes = 0;

		avc_nals_init(&it, data, len, size);
		while (avc_nals_next(&it, &nal)) {
			if (nal.len == 0 || nal.p < data ||
			    nal.p + nal.len > data + len)
				abort();
			bytes += nal.len;
			(void)avc_set_id(&nal);
		}
		if (bytes > len)
			abort();
	}
	again(data, len);
	return 0;
}
