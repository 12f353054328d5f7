#ifndef DECODE_LOUDNESS_H
#define DECODE_LOUDNESS_H

#include "codec.h"

/* How loud a track is: its packets are decoded (decoder.h). */
struct loudness;

enum {
	LOUDNESS_QUIET_MDB = 120000, /* as quiet as it gets: silence */
	LOUDNESS_STEP_MS = 500,      /* what a point of the curve tells of */
	LOUDNESS_CURVE = 64          /* points at most; the newest are kept */
};

/* In thousandths of a decibel below full scale: 0 is as loud as it gets. */
struct loudness_figures {
	uint64_t heard_us; /* how long that was */
	uint32_t rms_mdb;  /* all of it: root mean square of the samples */
	uint32_t peak_mdb; /* the loudest sample */
	uint64_t clipped;  /* samples at full scale */
	/* RMS of each LOUDNESS_STEP_MS, in half decibels below full scale. */
	uint8_t curve[LOUDNESS_CURVE];
	size_t points;
};

/* As decoder_open(). */
struct loudness *loudness_open(const struct media_track *t);
void loudness_close(struct loudness *l);

/*
 * Take a packet.  0, or -1 with errno EBADMSG (it is damaged: it is passed
 * over) or ENOMEM.
 */
int loudness_put(struct loudness *l, const uint8_t *p, size_t len);

void loudness_read(const struct loudness *l, struct loudness_figures *out);

#endif
