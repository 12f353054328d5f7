#include "remux.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const uint8_t video_config[] = {0x17, 0, 0, 0, 0, 0x01, 0x42, 0xe0, 0x1e,
    0xff, 0x01, 0x00, 0x14, 0x27, 0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87,
    0xb6, 0x00, 0xd4, 0x18, 0x04, 0x1a, 0xdb, 0x0a, 0xd7, 0xbd, 0xf0, 0x10,
    0x01, 0x00, 0x04, 0x28, 0xde, 0x09, 0xc8};
static const uint8_t audio_config[] = {0xaf, 0, 0x12, 0x10};

/*
 * A stream of messages, each with what kind it is, its time and its length
 * before it; good configurations can be asked for.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct remux *r = remux_open();
	struct buf out;
	char why[64];

	if (r == NULL)
		abort();
	buf_init(&out, 4096);
	while (len >= 6) {
		uint32_t time = (uint32_t)data[1] << 24 |
				(uint32_t)data[2] << 16 |
				(uint32_t)data[3] << 8 | data[4];
		unsigned what = data[0];
		enum media_kind kind = what & 1 ? MEDIA_AUDIO : MEDIA_VIDEO;
		size_t n = data[5];
		int rc = 0;

		data += 6;
		len -= 6;
		n = n < len ? n : len;
		switch (what >> 1 & 7) {
		case 0:
			rc = remux_put(r, MEDIA_VIDEO, time, video_config,
			    sizeof(video_config), true, &out, why, sizeof(why));
			break;
		case 1:
			rc = remux_put(r, MEDIA_AUDIO, time, audio_config,
			    sizeof(audio_config), true, &out, why, sizeof(why));
			break;
		case 2:
			remux_restart(r);
			break;
		case 3:
			remux_data(r, data, n);
			break;
		case 4:
			buf_reset(&out);
			break;
		default:
			rc = remux_put(r, kind, time, data, n, !(what & 128),
			    &out, why, sizeof(why));
			data += n;
			len -= n;
		}
		if (out.failed || (rc == -1 && why[0] == '\0'))
			abort();
	}
	remux_close(r);
	buf_fini(&out);
	return 0;
}
