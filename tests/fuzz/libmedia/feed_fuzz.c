/* Access units of any bytes: never more comes out than went in and fits. */
#include "avc.h"
#include "feed.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The first N bytes say the record, the rest is packets of 1 + byte bytes. */
static void
run(enum media_codec codec, const uint8_t *data, size_t len)
{
	struct feed *f = feed_open(codec);
	size_t n = len > 0 ? data[0] : 0;
	struct media_track t = {.codec = codec, .channels = 2};
	struct buf out;

	if (f == NULL || n + 1 > len) {
		feed_close(f);
		return;
	}
	t.config = data + 1;
	t.config_len = n;
	feed_header(f, &t);
	data += n + 1;
	len -= n + 1;
	buf_init(&out, 65536);
	while (len > 0) {
		size_t left = 1 + (size_t)data[0] * 2, had;
		const uint8_t *p = data + 1;
		bool key = data[0] & 1;
		struct feed_unit u;

		left = left < len ? left : len - 1;
		data += 1 + left;
		len -= 1 + left;
		had = left;
		while (feed_next(f, &p, &left, key, &out, &u) == 1)
			if (u.bytes == 0 || u.bytes > 4 * had + 4 ||
			    p + left != data || feed_track(f)->config_len == 0)
				abort();
		if (out.failed)
			abort();
		buf_reset(&out);
	}
	buf_fini(&out);
	feed_close(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	run(MEDIA_H264, data, len);
	run(MEDIA_AAC, data, len);
	return 0;
}
