#include "mux.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/*
 * Steps of four bytes and up: what to do with which of the tracks, and how far
 * its clock moves.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct mux *m = mux_open(90000);
	int64_t now = 0;
	struct buf out;

	if (m == NULL)
		abort();
	buf_init(&out, 16384);
	for (; len >= 4; data += 4, len -= 4) {
		const unsigned what = data[0] & 7, track = data[0] >> 4;
		const struct media_track is = {
		    .kind = data[1] & 1 ? MEDIA_AUDIO : MEDIA_VIDEO,
		    .codec = data[1] & 1 ? MEDIA_AAC : MEDIA_H264,
		    .time_num = 1,
		    .time_den = 90000,
		    .delay = data[1] >> 4,
		    .width = data[2],
		    .height = data[2],
		    .sample_rate_hz = 48000,
		    .channels = data[2],
		    .config = data,
		    .config_len = 4};
		struct nut_packet p = {.track = track,
		    .key = data[1] & 1,
		    .data = data,
		    .len = len < data[2] ? len : data[2]};

		switch (what) {
		case 0:
			(void)mux_track(m, track, &is);
			break;
		case 1:
			mux_expect(m, data[1] & 3, data[2] & 3);
			break;
		case 2:
			if (data[1] & 1)
				mux_restart(m);
			else
				mux_resume(m);
			break;
		case 3:
			if (out.len > out.max / 2)
				buf_reset(&out);
			if (mux_replay(m, &out) == -1)
				abort();
			break;
		case 4:
			buf_reset(&out);
			break;
		default:
			now += (int8_t)data[3] * INT64_C(3000);
			p.dts = now;
			p.pts = now + data[1];
			(void)mux_put(m, &p, what != 5, &out);
		}
		if (out.failed)
			abort();
	}
	mux_close(m);
	buf_fini(&out);
	return 0;
}
