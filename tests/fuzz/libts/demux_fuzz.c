#include "ts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What the contract says of a packet. */
static void
check(const struct ts_packet *p, bool known, bool *timed, int64_t *last)
{
	if (!known || p->len == 0 || p->len > TS_MAX_UNIT || p->pts < 0 ||
	    p->dts < 0 || (*timed && !p->jumped && p->dts <= *last))
		abort();
	*timed = true;
	*last = p->dts;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ts_demux *d = ts_demux_open();
	bool known[TS_MAX_TRACKS] = {false}, timed[TS_MAX_TRACKS] = {false};
	int64_t last[TS_MAX_TRACKS] = {0};
	size_t at = 1, piece = len > 0 ? 1 + (size_t)data[0] * 7 : 1;
	enum ts_event event = TS_MORE;
	volatile uint8_t sum = 0;
	struct ts_read e;

	if (d == NULL)
		return 0;
	while (event != TS_FINISHED) {
		size_t n = at < len ? len - at : 0;

		if (n > piece)
			n = piece;
		if (n > 0)
			ts_demux_put(d, data + at, n);
		else
			ts_demux_end(d);
		at += n;
		while ((event = ts_demux_next(d, &e)) != TS_MORE &&
		       event != TS_FINISHED) {
			if (event == TS_FAILED)
				goto out;
			if (event == TS_TRACK) {
				if (e.number >= TS_MAX_TRACKS ||
				    e.track->config_len > MEDIA_MAX_CONFIG)
					abort();
				known[e.number] = true;
				timed[e.number] = false;
			}
			if (event != TS_PACKET)
				continue;
			check(&e.packet, known[e.packet.track],
			    &timed[e.packet.track], &last[e.packet.track]);
			/* All of it can be read. */
			for (size_t i = 0; i < e.packet.len; i++)
				sum = (uint8_t)(sum + e.packet.data[i]);
		}
	}
out:
	ts_demux_close(d);
	return 0;
}
