#include "cmaf.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static const uint8_t record[] = {1, 0x42, 0xe0, 0x1e, 0xff, 1, 0, 0x14, 0x27,
    0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87, 0xb6, 0, 0xd4, 0x18, 4, 0x1a,
    0xdb, 0xa, 0xd7, 0xbd, 0xf0, 0x10, 1, 0, 4, 0x28, 0xde, 9, 0xc8};
static const uint8_t asc[] = {0x12, 0x10};

static uint32_t
u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* True when the LEN bytes at P are boxes, nested ones too, to their end. */
static bool
boxes(const uint8_t *p, size_t len)
{
	static const char nest[][5] = {"moov", "trak", "mdia", "minf", "dinf",
	    "stbl", "mvex", "moof", "traf"};

	while (len > 0) {
		size_t n = len >= 8 ? u32(p) : 0;

		if (n < 8 || n > len)
			return false;
		for (size_t i = 0; i < sizeof(nest) / sizeof(nest[0]); i++)
			if (memcmp(p + 4, nest[i], 4) == 0 &&
			    !boxes(p + 8, n - 8))
				return false;
		p += n;
		len -= n;
	}
	return true;
}

/* The body of the first box of TYPE, wherever it is. */
static const uint8_t *
body(const struct buf *b, const char *type)
{
	const uint8_t *p = memmem(b->p, b->len, type, 4);

	return p != NULL ? p + 4 : NULL;
}

static void
test_headers(void)
{
	struct media_track t = {.kind = MEDIA_VIDEO,
	    .codec = MEDIA_H264,
	    .config = record,
	    .config_len = sizeof(record)};
	struct buf b;

	buf_init(&b, 4096);
	OK(cmaf_init(&t, 90000, &b) == 0);
	OK(boxes(b.p, b.len));
	OK(u32(body(&b, "mdhd") + 12) == 90000);
	OK(memcmp(body(&b, "avcC"), record, sizeof(record)) == 0);
	/* 720x480 with samples of 40:33, in 16.16. */
	OK(u32(body(&b, "tkhd") + 80) == 480u << 16);
	buf_reset(&b);
	t.config_len = 10;
	OK(cmaf_init(&t, 90000, &b) == -1 && errno == EBADMSG && b.len == 0);

	t = (struct media_track){.kind = MEDIA_AUDIO,
	    .codec = MEDIA_AAC,
	    .channels = 2,
	    .config = asc,
	    .config_len = sizeof(asc)};
	OK(cmaf_init(&t, 44100, &b) == 0);
	OK(boxes(b.p, b.len));
	OK(body(&b, "esds") != NULL);
	OK(u32(body(&b, "mp4a") + 24) == 44100u << 16);
	buf_fini(&b);
	buf_init(&b, 100);
	OK(cmaf_init(&t, 44100, &b) == -1 && errno == EMSGSIZE && b.len == 0);
	buf_fini(&b);
}

static void
test_fragments(void)
{
	struct cmaf_sample s[3] = {{100, 3000, 6000, true},
	    {20, 3000, 12000, false}, {30, 3000, 0, false}};
	struct cmaf_fragment f = {
	    .sequence = 7, .dts = 1ull << 33, .sample = s, .samples = 3};
	const uint8_t *trun, *mdat;
	struct buf b;

	buf_init(&b, 4096);
	OK(cmaf_head(&f, &b) == 0);
	mdat = b.p + b.len - 8;
	OK(memcmp(mdat + 4, "mdat", 4) == 0 && u32(mdat) == 8 + 150);
	OK(boxes(b.p, b.len - 8));
	OK(u32(body(&b, "mfhd") + 4) == 7);
	OK(u32(body(&b, "tfdt") + 4) == 2 && u32(body(&b, "tfdt") + 8) == 0);
	trun = body(&b, "trun");
	/* Version 1; the first sample's flags, sizes and offsets. */
	OK(u32(trun) == (1u << 24 | 0xa05));
	OK(u32(trun + 4) == 3 && u32(trun + 8) == b.len);
	OK(u32(trun + 12) == 0x2000000 && u32(trun + 16) == 100);

	/* Durations that differ are told; so are keyframes in the middle. */
	buf_reset(&b);
	s[1].key = true;
	s[2].duration = 3001;
	OK(cmaf_head(&f, &b) == 0);
	OK(u32(body(&b, "trun")) == (1u << 24 | 0xf01));
	f.samples = 0;
	OK(cmaf_head(&f, &b) == -1 && errno == EINVAL);
	f.samples = 3;
	s[0].bytes = s[1].bytes = UINT32_MAX;
	OK(cmaf_head(&f, &b) == -1 && errno == EINVAL);
	buf_fini(&b);
}

int
main(void)
{
	test_headers();
	test_fragments();
	return tap_done();
}
