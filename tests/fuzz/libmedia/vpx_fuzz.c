#include "av1.h"
#include "cmaf.h"
#include "vp9.h"

#include <stdlib.h>

/* AV1's records and temporal units, VP9's records and frames. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* RECORD, which we made, must be one. */
static void
check(enum media_codec codec, const struct buf *record, unsigned width,
    unsigned height)
{
	const struct media_track t = {.kind = MEDIA_VIDEO,
	    .codec = codec,
	    .width = width,
	    .height = height,
	    .config = record->p,
	    .config_len = record->len};
	char codecs[MEDIA_CODECS_SIZE];
	struct codec_facts f;
	struct buf b;

	buf_init(&b, 1 << 20);
	if (codec_of(codec)->facts(&f, &t) == -1 || f.width != width ||
	    f.height != height || cmaf_init(&t, 90000, &b) == -1 ||
	    codec_of(codec)->codecs(codecs, t.config, t.config_len) == -1)
		abort();
	buf_fini(&b);
}

static void
av1(const uint8_t *data, size_t len, struct buf *b)
{
	char codecs[MEDIA_CODECS_SIZE];
	struct av1_sequence s, again;
	struct av1_obus it;
	struct av1_obu obu;
	size_t bytes = 0;

	av1_obus_init(&it, data, len);
	while (av1_obus_next(&it, &obu)) {
		if (obu.len < 1 || obu.body + obu.body_len != obu.p + obu.len)
			abort();
		bytes += obu.len;
		av1_obu_put(b, &obu);
	}
	if (bytes > len)
		abort();
	buf_reset(b);
	(void)av1_codecs(codecs, data, len);
	if (av1_config_parse(&s, &obu, data, len) == -1 || obu.p == NULL)
		return;
	if (av1_config_build(b, &obu) == 0) {
		check(MEDIA_AV1, b, s.width, s.height);
		if (av1_config_parse(&again, &obu, b->p, b->len) == -1 ||
		    again.depth != s.depth || again.level != s.level)
			abort();
	}
	buf_reset(b);
}

static void
vp9(const uint8_t *data, size_t len, struct buf *b)
{
	char codecs[MEDIA_CODECS_SIZE];
	struct vp9_config c;

	(void)vp9_codecs(codecs, data, len);
	(void)vp9_config_parse(&c, data, len);
	if (vp9_key_parse(&c, data, len) == -1)
		return;
	if (!vp9_is_key(data, len) || vp9_config_build(b, &c, 0) == -1)
		abort();
	check(MEDIA_VP9, b, c.width, c.height);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	av1(data, len, &b);
	vp9(data, len, &b);
	buf_fini(&b);
	return 0;
}
