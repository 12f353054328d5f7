#include "cmaf.h"
#include "hevc.h"
#include "params.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What a record that was taken must bear: it can be written and read again. */
static void
again(const uint8_t *data, size_t len)
{
	struct media_track t = {.kind = MEDIA_VIDEO, .codec = MEDIA_HEVC};
	struct params *ps = params_open(MEDIA_HEVC);
	struct codec_facts f;
	struct hevc_config c;
	struct buf b, record;

	buf_init(&b, 1 << 20);
	buf_init(&record, MEDIA_MAX_CONFIG);
	if (ps == NULL || hevc_config_parse(&c, data, len) == -1)
		goto out;
	if (params_load(ps, c.set, c.sets) == -1 ||
	    params_record(ps, &record) == -1)
		goto out;
	t.config = record.p;
	t.config_len = record.len;
	if (hevc_facts(&f, &t) == -1 || f.width == 0 || f.width > 16384 ||
	    f.height == 0 || f.reorder_frames > MEDIA_MAX_DELAY ||
	    cmaf_init(&t, 90000, &b) == -1)
		abort();
out:
	buf_fini(&b);
	buf_fini(&record);
	params_close(ps);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char codecs[MEDIA_CODECS_SIZE];
	struct hevc_sps sps;
	struct avc_nals it;
	struct avc_nal nal;

	if (hevc_sps_parse(&sps, data, len) == 0 &&
	    (sps.width == 0 || sps.width > 16384 || sps.luma_depth > 16 ||
		sps.sublayers > 7))
		abort();
	(void)hevc_codecs(codecs, data, len);
	for (unsigned size = 0; size <= 4; size++) {
		avc_nals_init(&it, data, len, size);
		while (hevc_nals_next(&it, &nal)) {
			if (nal.len < 2 || nal.p < data ||
			    nal.p + nal.len > data + len)
				abort();
			(void)hevc_set_id(&nal);
		}
	}
	again(data, len);
	return 0;
}
