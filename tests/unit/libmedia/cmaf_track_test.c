#include "cmaf.h"
#include "cmaf_track.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static const uint8_t avc[] = {1, 0x42, 0xe0, 0x1e, 0xff, 1, 0, 0x14, 0x27, 0x42,
    0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87, 0xb6, 0, 0xd4, 0x18, 4, 0x1a, 0xdb, 0xa,
    0xd7, 0xbd, 0xf0, 0x10, 1, 0, 4, 0x28, 0xde, 9, 0xc8};
static const uint8_t asc[] = {0x12, 0x10};
static const uint8_t opus[] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, 2,
    0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0};

/* What is written of T is read again as it was. */
static bool
again(const struct media_track *t, struct buf *file)
{
	struct media_track got;
	struct cmaf_header h;
	struct buf config;
	bool same;

	buf_reset(file);
	buf_init(&config, MEDIA_MAX_CONFIG);
	same = cmaf_init(t, 48000, file) == 0 &&
	       cmaf_header_read(&h, file->p, file->len) == 0 &&
	       cmaf_track(&h, &got, &config) == 0 && got.kind == t->kind &&
	       got.codec == t->codec && got.time_num == 1 &&
	       got.time_den == 48000 && got.config_len == t->config_len &&
	       memcmp(got.config, t->config, t->config_len) == 0;
	buf_fini(&config);
	return same;
}

int
main(void)
{
	struct media_track t = {.kind = MEDIA_VIDEO,
	    .codec = MEDIA_H264,
	    .config = avc,
	    .config_len = sizeof(avc)};
	struct media_track got;
	struct cmaf_header h;
	struct buf b, config;

	buf_init(&b, 65536);
	buf_init(&config, 65536);
	OK(again(&t, &b));
	/* The file cut short in its sample entry, at each octet. */
	OK(cmaf_header_read(&h, b.p, b.len) == 0);
	for (size_t n = h.entry_len; n-- > 8;) {
		h.entry_len = n;
		if (cmaf_track(&h, &got, &config) == 0)
			break;
		OK(errno == EBADMSG);
	}
	h.entry_type = CODEC_BOX('x', 'x', 'x', 'x');
	OK(cmaf_track(&h, &got, &config) == -1 && errno == ENOTSUP);

	t = (struct media_track){.kind = MEDIA_AUDIO,
	    .codec = MEDIA_AAC,
	    .channels = 2,
	    .config = asc,
	    .config_len = sizeof(asc)};
	OK(again(&t, &b));
	t.codec = MEDIA_OPUS;
	t.config = opus;
	t.config_len = sizeof(opus);
	OK(again(&t, &b));
	buf_fini(&b);
	buf_fini(&config);
	return tap_done();
}
