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

/* One of each codec, with the record it has in ISO BMFF. */
static void
test_entries(void)
{
	static const uint8_t hvcc[] = {1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0,
	    0x3c, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0xf, 3, 0xa0, 0, 1, 0,
	    0x18, 0x40, 1, 0xc, 1, 0xff, 0xff, 1, 0x60, 0, 0, 3, 0, 0x90, 0, 0,
	    3, 0, 0, 3, 0, 0x3c, 0x95, 0x94, 9, 0xa1, 0, 1, 0, 0x2b, 0x42, 1, 1,
	    1, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x3c, 0xa0, 0xa, 8,
	    0xc, 0x1f, 0x3e, 0x59, 0x59, 0x52, 0x93, 0xb, 0xc0, 0x5a, 2, 0, 0,
	    3, 0, 2, 0, 0, 3, 0, 0x32, 0x10, 0xa2, 0, 1, 0, 6, 0x44, 1, 0xc0,
	    0x73, 0xc1, 0x89};
	static const uint8_t av1c[] = {0x81, 0, 0x4c, 0, 0xa, 0xe, 0, 0, 0, 4,
	    0x3c, 0xfe, 0xcc, 0xda, 0xf9, 0x50, 0x91, 0, 0x90, 0x40};
	static const uint8_t vpcc[] = {1, 0, 0, 0, 0, 0xb, 0x82, 2, 2, 2, 0, 0};
	static const uint8_t opus[] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd',
	    1, 2, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0};
	static const uint8_t flac[34] = {
	    0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0xb, 0xb8, 2, 0xf0};
	static const uint8_t ac3[] = {0x50, 0x3d, 0xe0};
	static const uint8_t eac3[] = {0xe, 0, 0x20, 0xf, 0};
	static const uint8_t mp3[] = {0xff, 0xfa, 4, 0};
#define RECORD(r) r, sizeof(r)
	static const struct {
		enum media_codec codec;
		enum media_kind kind;
		const uint8_t *config;
		size_t len;
		const char *entry, *box, *string;
	} each[] = {{MEDIA_HEVC, MEDIA_VIDEO, RECORD(hvcc), "hvc1", "hvcC",
			"hvc1.1.6.L60.90"},
	    {MEDIA_AV1, MEDIA_VIDEO, RECORD(av1c), "av01", "av1C",
		"av01.0.00M.10.0.110.09.16.09.0"},
	    {MEDIA_VP9, MEDIA_VIDEO, RECORD(vpcc), "vp09", "vpcC",
		"vp09.00.11.08"},
	    {MEDIA_OPUS, MEDIA_AUDIO, RECORD(opus), "Opus", "dOps", "opus"},
	    {MEDIA_FLAC, MEDIA_AUDIO, RECORD(flac), "fLaC", "dfLa", "fLaC"},
	    {MEDIA_AC3, MEDIA_AUDIO, RECORD(ac3), "ac-3", "dac3", "ac-3"},
	    {MEDIA_EAC3, MEDIA_AUDIO, RECORD(eac3), "ec-3", "dec3", "ec-3"},
	    {MEDIA_MP3, MEDIA_AUDIO, RECORD(mp3), "mp4a", "esds",
		"mp4a.40.34"}};
	char s[MEDIA_CODECS_SIZE];
	struct buf b;

	buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		struct media_track t = {.kind = each[i].kind,
		    .codec = each[i].codec,
		    .width = 320,
		    .height = 180,
		    .channels = 2,
		    .config = each[i].config,
		    .config_len = each[i].len};

		buf_reset(&b);
		OK(cmaf_init(&t, 48000, &b) == 0 && boxes(b.p, b.len));
		OK(body(&b, each[i].entry) != NULL);
		OK(body(&b, each[i].box) > body(&b, each[i].entry));
		OK(codec_of(t.codec)->codecs(s, t.config, t.config_len) == 0);
		OK(strcmp(s, each[i].string) == 0);
		OK(codec_of(t.codec)->nut_tag != 0);
		if (t.kind == MEDIA_VIDEO) {
			OK(u32(body(&b, "tkhd") + 76) == 320u << 16);
			OK(u32(body(&b, "tkhd") + 80) == 180u << 16);
		}
		/* Colours are there where they are known. */
		OK((body(&b, "nclx") != NULL) == (t.codec == MEDIA_AV1));
		t.config_len = 0;
		buf_reset(&b);
		OK(cmaf_init(&t, 48000, &b) == -1 && errno == EBADMSG);
		OK(b.len == 0);
	}
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
	test_entries();
	test_fragments();
	return tap_done();
}
