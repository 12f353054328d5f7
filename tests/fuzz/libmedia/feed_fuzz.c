#include "cmaf.h"
#include "feed.h"

#include <stdlib.h>
#include <string.h>

/*
 * Access units of any bytes: never more comes out than went in and fits.
 *
 * The first octet says which codec, the second how long its record is, which
 * follows; then come packets, each behind its length in an octet whose highest
 * bit says that it is no keyframe; a length of 0 begins a file of the next
 * codec of that kind.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MAX_OUT = 1 << 20 };

/* Each unit that comes out belongs to a record that can be written. */
static void
packet(struct feed *f, const uint8_t *p, size_t n, bool key)
{
	const uint8_t *end = p + n;
	size_t had = n;
	struct buf out, head;
	struct feed_unit u;

	buf_init(&out, MAX_OUT);
	buf_init(&head, MAX_OUT);
	while (feed_next(f, &p, &n, key, &out, &u) == 1) {
		const struct media_track *t = feed_track(f);
		/* Lengths may be longer than what they replace. */
		size_t most = 4 * had + 4 + t->config_len;

		if (u.bytes == 0 || u.bytes > most || t->config_len == 0 ||
		    p + n != end)
			abort();
		buf_reset(&head);
		if (u.changed && cmaf_init(t, 48000, &head) == -1)
			abort();
	}
	if (out.failed)
		abort();
	buf_fini(&out);
	buf_fini(&head);
}

static enum media_codec
next_of(enum media_codec codec)
{
	enum media_kind kind = codec_of(codec)->kind;

	do
		codec = codec == MEDIA_MP3 ? MEDIA_H264 : codec + 1;
	while (codec_of(codec)->kind != kind);
	return codec;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct media_track t = {.channels = 2};
	struct feed *f;

	if (len < 2 || (size_t)data[1] + 2 > len)
		return 0;
	t.codec = (enum media_codec)(MEDIA_H264 + data[0] % MEDIA_MP3);
	t.kind = codec_of(t.codec)->kind;
	t.config = data + 2;
	t.config_len = data[1];
	data += 2 + t.config_len;
	len -= 2 + t.config_len;
	if ((f = feed_open(t.codec)) == NULL || feed_header(f, &t) == -1)
		abort();
	while (len > 0) {
		size_t n = *data & 0x7f;
		bool key = (*data & 0x80) == 0;

		data++;
		len--;
		if (n > len)
			n = len;
		if (n == 0) {
			t.codec = next_of(t.codec);
			if (feed_header(f, &t) == -1)
				abort();
		}
		packet(f, data, n, key);
		data += n;
		len -= n;
	}
	feed_close(f);
	return 0;
}
