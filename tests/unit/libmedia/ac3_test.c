#include "ac3.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/* FFmpeg's frames: 5.1 at 44.1 kHz and 448 kbit/s; E-AC-3 in 5.1 at 48 kHz. */
static const uint8_t ac3[] = {
    0xb, 0x77, 0xd, 0xce, 0x5e, 0x40, 0xeb, 0xf8, 0x40, 0x3e, 0xff, 0x9d};
static const uint8_t eac3[] = {
    0xb, 0x77, 3, 0x7f, 0x3f, 0x87, 0xc0, 0, 0x20, 0xf8, 0x20, 0};
enum { AC3_BYTES = 1950, EAC3_BYTES = 1792 };

static uint8_t frame[4096];

static void
put(size_t at, const uint8_t *p, size_t len)
{
	memcpy(frame + at, p, len);
}

static void
test_ac3(void)
{
	static const uint8_t dac3[] = {0x50, 0x3d, 0xe0};
	struct media_track t = {.kind = MEDIA_AUDIO, .codec = MEDIA_AC3};
	struct codec_facts f;
	struct ac3_unit u;
	struct buf b;

	put(0, ac3, sizeof(ac3));
	OK(ac3_unit_parse(&u, frame, sizeof(frame)) == 0);
	OK(!u.enhanced && u.len == AC3_BYTES && u.samples == 1536);
	OK(u.sample_rate_hz == 44100 && u.channels == 6 && u.lfe);
	buf_init(&b, 100);
	OK(ac3_config_build(&b, &u, NULL, 0) == 0);
	OK(b.len == sizeof(dac3) && memcmp(b.p, dac3, b.len) == 0);
	t.config = b.p;
	t.config_len = b.len;
	OK(ac3_facts(&f, &t) == 0 && f.clock_hz == 44100 && f.channels == 6);
	t.config_len = 2;
	OK(ac3_facts(&f, &t) == -1 && errno == EBADMSG);
	buf_fini(&b);
	OK(ac3_unit_parse(&u, frame, AC3_BYTES) == 0);
	OK(ac3_unit_parse(&u, frame, AC3_BYTES - 1) == -1);
	for (size_t n = 0; n < 12; n++)
		OK(ac3_unit_parse(&u, frame, n) == -1 && errno == EBADMSG);
	frame[4] = 0xde; /* a rate that is reserved */
	OK(ac3_unit_parse(&u, frame, sizeof(frame)) == -1);
}

static void
test_eac3(void)
{
	struct media_track t = {.kind = MEDIA_AUDIO, .codec = MEDIA_EAC3};
	struct codec_facts f;
	struct ac3_unit u;
	struct buf b, c;

	memset(frame, 0, sizeof(frame));
	put(0, eac3, sizeof(eac3));
	OK(ac3_unit_parse(&u, frame, EAC3_BYTES) == 0);
	OK(u.enhanced && u.len == EAC3_BYTES && u.samples == 1536);
	OK(u.sample_rate_hz == 48000 && u.channels == 6);
	OK(u.bit_rate_kbps == 448);
	buf_init(&b, 100);
	buf_init(&c, 100);
	OK(ac3_config_build(&b, &u, NULL, 0) == 0 && b.len == 5);
	t.config = b.p;
	t.config_len = b.len;
	OK(eac3_facts(&f, &t) == 0 && f.clock_hz == 48000 && f.channels == 6);
	/* Another bit rate makes no other record. */
	u.bit_rate_kbps = 300;
	OK(ac3_config_build(&c, &u, b.p, b.len) == 0);
	OK(b.len == c.len && memcmp(b.p, c.p, b.len) == 0);

	/* A dependent frame with two more channels belongs to it. */
	put(EAC3_BYTES, eac3, sizeof(eac3));
	frame[EAC3_BYTES + 2] = 0x40;
	frame[EAC3_BYTES + 3] = 15;
	/* dialnorm, no compre, chanmape, and Lrs/Rrs alone. */
	frame[EAC3_BYTES + 5] = 0x84;
	frame[EAC3_BYTES + 6] = 0x10;
	frame[EAC3_BYTES + 7] = 0x20;
	frame[EAC3_BYTES + 8] = 0;
	OK(ac3_unit_parse(&u, frame, EAC3_BYTES + 32) == 0);
	OK(u.len == EAC3_BYTES + 32 && u.dependents == 1);
	OK(u.places == 2 && u.channels == 8);
	/* What follows is cut: the first stands for itself. */
	OK(ac3_unit_parse(&u, frame, EAC3_BYTES + 31) == 0);
	OK(u.len == EAC3_BYTES && u.dependents == 0);
	buf_fini(&b);
	buf_fini(&c);
}

int
main(void)
{
	test_ac3();
	test_eac3();
	return tap_done();
}
