#include "coding.h"
#include "hex.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/* Records that encoders wrote. */
static const struct {
	const char *hex;
	uint32_t width, height;
	unsigned reorder;
} records[] = {
    {"0142e01eff0100142742e01ea9181687b600d418041adb0ad7bdf01001000428de09c8",
	720, 480, 0},
    {"01640 01fffe1001a6764001facd9405005bb01100000030010000003"
     "03c0f183196001000668ebe3cb22c0fdf8f800",
	1280, 720, 2},
    {"01640028ffe1001b67640028acd940780227e5c044000003000400000300f03c60c65801"
     "000668ebe3cb22c0fdf8f800",
	1920, 1080, 2},
    {"01f4000dffe1001c67f4000d919b282a10f084218088000003000800000301e078a14cb0"
     "01000668ebe3c44844fff8f8f800",
	321, 241, 2},
    {"014d401effe10019674d401ed900a02ff97011000003000100000300 3c0f162e4801"
     "000568ebc3cb20",
	640, 360, 0},
    {"01640028ffe1001a67640028acd94078044fde022000000300200000078 3e2c5b2c001"
     "000668fba3cb22c0fdf8f800",
	1920, 1080, 2},
};

static size_t
bytes(uint8_t dst[256], const char *hex)
{
	char clean[512];
	size_t n = 0;

	for (; *hex != '\0'; hex++)
		if (*hex != ' ')
			clean[n++] = *hex;
	OK(n % 2 == 0 && hex_decode(dst, clean, n / 2) == 0);
	return n / 2;
}

static void
reads_records(void)
{
	const struct coding *k = coding_legacy(MEDIA_VIDEO, 7);

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct coding_config c;
		const char *why;
		uint8_t p[256];
		size_t n = bytes(p, records[i].hex), cut;

		OK(coding_configure(&c, k, p, n, &why) == 0);
		OK(c.coding == k && c.record_len == n);
		OK(c.width == records[i].width &&
		    c.height == records[i].height);
		OK(c.reorder == records[i].reorder);
		OK(c.nal_length_bytes == 4);
		/* Cut anywhere before its PPS is complete, it is refused. */
		for (cut = 0; cut + 9 < n; cut++)
			if (coding_configure(&c, k, p, cut, &why) != -1 ||
			    errno != EBADMSG)
				break;
		OK(cut + 9 == n);
	}
}

static void
checks_frames(void)
{
	static const struct {
		const char *hex;
		bool good, key;
	} v[] = {
	    {"00000002 65ff", true, true},
	    {"00000002 41ff", true, false},
	    {"00000002 09f0 00000002 06ff 00000001 65", true, true},
	    {"00000000 00000001 41", true, false},
	    {"00000003 41ff", false, false},
	    {"ffffffff 41ff", false, false},
	    {"000002", false, false},
	    {"00000002 06ff", false, false},
	    {"00000000", false, false},
	    {"", false, false},
	};
	struct coding_config c = {.coding = coding_legacy(MEDIA_VIDEO, 7),
	    .complete = true,
	    .nal_length_bytes = 4};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		uint8_t p[256];
		size_t n = bytes(p, v[i].hex);
		struct coding_frame f = {p, n, false};

		OK((coding_look(&c, &f) == CODING_GOOD) == v[i].good);
		OK(!v[i].good || f.key == v[i].key);
	}
}

int
main(void)
{
	reads_records();
	checks_frames();
	return tap_done();
}
