#ifndef RTMPD_REMUX_H
#define RTMPD_REMUX_H

#include "codec.h"
#include "nut.h"

#include <stddef.h>
#include <stdint.h>

/*
 * One encoder's media, from the payloads of RTMP messages to tracks and
 * packets, whose times count microseconds, go on where RTMP's milliseconds
 * wrap, and are otherwise as the encoder says.
 */
enum {
	REMUX_HZ = 1000000,
	REMUX_BACKWARDS_MS =
	    1000 /* before the beginning: it counts from anew */
};

/* What came; each call but the last may fail, and remux_put() with it. */
struct remux_ops {
	/* TRACK is as IS says; packets of it may follow. */
	int (*track)(void *ctx, unsigned track, const struct media_track *is);
	int (*packet)(void *ctx, const struct nut_packet *p);
	/* The encoder says that it sends so many tracks of each kind. */
	void (*expect)(void *ctx, unsigned video, unsigned audio);
	void (*malformed)(void *ctx); /* something was no use */
};

struct remux;

/* OPS are borrowed.  NULL with errno ENOMEM. */
struct remux *remux_open(const struct remux_ops *ops, void *ctx);
void remux_close(struct remux *r);

/* Take a data message; only onMetaData is looked at. */
void remux_data(struct remux *r, const uint8_t *p, size_t len);

/*
 * Take the LEN bytes at P, of an audio or video message.  0, or -1 with errno
 * when the stream cannot go on, and WHY, of CAP bytes, saying to people why
 * ("VVC is not supported"): ENOTSUP, EBADMSG, or that of OPS.
 */
int remux_put(struct remux *r, enum media_kind kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len, char *why, size_t cap);

#endif
