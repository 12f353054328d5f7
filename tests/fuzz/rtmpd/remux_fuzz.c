#include "mux.h"
#include "remux.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const uint8_t video_config[] = {0x17, 0, 0, 0, 0, 0x01, 0x42, 0xe0, 0x1e,
    0xff, 0x01, 0x00, 0x14, 0x27, 0x42, 0xe0, 0x1e, 0xa9, 0x18, 0x16, 0x87,
    0xb6, 0x00, 0xd4, 0x18, 0x04, 0x1a, 0xdb, 0x0a, 0xd7, 0xbd, 0xf0, 0x10,
    0x01, 0x00, 0x04, 0x28, 0xde, 0x09, 0xc8};
static const uint8_t audio_config[] = {0xaf, 0, 0x12, 0x10};

/* Where tracks and packets go. */
struct sink {
	struct mux *mux;
	struct buf out;
	bool room;
};

static int
on_track(void *ctx, unsigned track, const struct media_track *is)
{
	struct sink *s = ctx;

	return mux_track(s->mux, track, is);
}

static int
on_packet(void *ctx, const struct nut_packet *p)
{
	struct sink *s = ctx;

	return mux_put(s->mux, p, s->room, &s->out);
}

static void
on_expect(void *ctx, unsigned video, unsigned audio)
{
	struct sink *s = ctx;

	mux_expect(s->mux, video, audio);
}

static void
on_malformed(void *ctx)
{
	struct sink *s = ctx;

	mux_malformed(s->mux);
}

/*
 * A stream of messages, each with what kind it is, its time and its length
 * before it; good configurations can be asked for.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct remux_ops ops = {
	    on_track, on_packet, on_expect, on_malformed};
	struct sink s = {.mux = mux_open(REMUX_HZ)};
	struct remux *r = remux_open(&ops, &s);
	char why[64] = "";

	if (r == NULL || s.mux == NULL)
		abort();
	buf_init(&s.out, 4096);
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
		s.room = !(what & 128);
		switch (what >> 1 & 7) {
		case 0:
			rc = remux_put(r, MEDIA_VIDEO, time, video_config,
			    sizeof(video_config), why, sizeof(why));
			break;
		case 1:
			rc = remux_put(r, MEDIA_AUDIO, time, audio_config,
			    sizeof(audio_config), why, sizeof(why));
			break;
		case 2:
			mux_restart(s.mux);
			break;
		case 3:
			remux_data(r, data, n);
			break;
		case 4:
			buf_reset(&s.out);
			break;
		default:
			rc =
			    remux_put(r, kind, time, data, n, why, sizeof(why));
			data += n;
			len -= n;
		}
		if (s.out.failed || (rc == -1 && why[0] == '\0'))
			abort();
	}
	remux_close(r);
	mux_close(s.mux);
	buf_fini(&s.out);
	return 0;
}
