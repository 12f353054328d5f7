#include "pull.h"
#include "backoff.h"
#include "clock.h"
#include "err.h"
#include "farewell.h"
#include "fferr.h"
#include "outlet.h"
#include "outward.h"
#include "pace.h"
#include "publisher.h"
#include "ticks.h"

#include <errno.h>
#include <inttypes.h>
#include <libavformat/avformat.h>
#include <libavutil/mem.h>
#include <poll.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	MICRO = 1000000,
	FIRST_MS = 1000,
	/* A source that lived for so long was a good one. */
	GOOD_US = 30 * MICRO,
	/* No packet of a sane stream takes more memory at once. */
	MAX_ALLOC = 256 * 1024 * 1024
};

struct run {
	struct pull *pull;
	struct outlet *outlet;
	struct publisher publisher;
	struct pace pace;
	unsigned failures; /* one after the other */
	bool looped;       /* what comes follows without a seam */
};

enum outcome { OVER, LOST, STOPPED, UNREAD, FAILED };

/* Hand all packets of S on. */
static enum outcome
pour(struct run *r, struct source *s, char why[SOURCE_WHY_SIZE])
{
	const struct pull *p = r->pull;
	bool paced = p->origin.paced && !p->fast;
	struct nut_packet packet;

	for (;;) {
		switch (source_next(s, &packet, why)) {
		case SOURCE_END:
			return OVER;
		case SOURCE_LOST:
			return source_stops(p->limits.stop_fd) ? STOPPED : LOST;
		case SOURCE_PACKET:
			break;
		}
		if ((paced &&
			!pace_wait(&r->pace,
			    ticks_rescale(packet.dts, 1, SOURCE_HZ, MICRO),
			    p->limits.stop_fd)) ||
		    source_stops(p->limits.stop_fd))
			return STOPPED;
		if (outlet_put(r->outlet, &packet) == -1) {
			if (errno == EPIPE)
				return UNREAD;
			err_sys("write");
			return FAILED;
		}
	}
}

/* One connection, or one time through a file. */
static enum outcome
serve(struct run *r, char why[SOURCE_WHY_SIZE])
{
	const struct pull *p = r->pull;
	const struct media_track *track;
	enum outcome out;
	struct source *s = source_open(&p->origin, &p->limits, why);
	size_t n;

	if (s == NULL)
		return source_stops(p->limits.stop_fd) ? STOPPED : LOST;
	track = source_tracks(s, &n);
	if (!r->looped) {
		err_info("pulling source=%s tracks=%zu", p->origin.shown, n);
		if (source_passed(s)[0] != '\0')
			err_warn("passed over: %s source=%s", source_passed(s),
			    p->origin.shown);
	}
	if (outlet_begin(r->outlet, track, n, r->looped) == -1) {
		err_sys("begin");
		out = FAILED;
	} else {
		r->pace.begun = r->pace.begun && r->looped;
		out = pour(r, s, why);
	}
	source_close(s);
	return out;
}

/* It went, for WHY: wait a while.  False: we are to stop. */
static bool
retry(struct run *r, const char *why)
{
	struct pollfd stop = {.fd = r->pull->limits.stop_fd, .events = POLLIN};
	uint64_t max_us = (uint64_t)r->pull->retry_max_s * MICRO, random, us;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == -1)
		random = clock_mono_us();
	us = backoff_us(++r->failures, FIRST_MS, random);
	us = us < max_us ? us : max_us;
	err_warn("cannot pull: %s source=%s retry_ms=%" PRIu64, why,
	    r->pull->origin.shown, us / 1000);
	return poll(&stop, 1, (int)(us / 1000)) == 0;
}

static int
follow(struct run *r)
{
	const struct pull *p = r->pull;
	char why[SOURCE_WHY_SIZE];
	uint64_t began_us;

	for (;;) {
		began_us = clock_mono_us();
		switch (serve(r, why)) {
		case STOPPED:
		case UNREAD:
			return EXIT_OK;
		case FAILED:
			return EXIT_TEMP;
		case OVER:
			if (p->loop && p->origin.ends) {
				r->looped = true;
				continue;
			}
			if (p->origin.ends || p->once)
				return EXIT_OK;
			(void)snprintf(why, sizeof(why), "it ended");
			break;
		case LOST:
			if (p->origin.ends || p->once) {
				err_msg("cannot pull: %s source=%s", why,
				    p->origin.shown);
				return p->origin.ends ? EXIT_PERM : EXIT_TEMP;
			}
			break;
		}
		r->looped = false;
		if (clock_mono_us() - began_us > GOOD_US)
			r->failures = 0;
		if (!retry(r, why))
			return EXIT_OK;
	}
}

int
pull(struct pull *p)
{
	struct run r = {.pull = p, .publisher = {.fd = STDOUT_FILENO}};
	int rc = EXIT_TEMP, code;

	fferr_quiet();
	(void)avformat_network_init();
	av_max_alloc(MAX_ALLOC);
	if ((p->limits.stop_fd = farewell_open()) == -1) {
		err_sys("start");
		return EXIT_TEMP;
	}
	if (p->to != NULL && publisher_start(&r.publisher, p->to) == -1)
		return EXIT_TEMP;
	/* From here on, strangers. */
	if (outward_enter(&p->origin.path, p->origin.path != NULL) == -1)
		rc = EXIT_TEMP;
	else if ((r.outlet = outlet_open(r.publisher.fd, SOURCE_HZ)) == NULL)
		err_sys("start");
	else
		rc = follow(&r);
	outlet_close(r.outlet);
	code = publisher_finish(&r.publisher);
	return rc != EXIT_OK ? rc : code;
}
