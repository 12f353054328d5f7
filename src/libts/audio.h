#ifndef TS_AUDIO_H
#define TS_AUDIO_H

#include "buf.h"
#include "sound.h"
#include "video.h"

/*
 * Bytes of an audio stream, in any pieces, become frames.  Where none begins
 * one is looked for, and believed when another follows it.
 */
struct audio {
	enum media_codec codec;
	unsigned channels; /* Opus' channel_config_code */
	struct buf bytes;
	bool synced;      /* the next frame begins at the first byte */
	struct mark mark; /* of the frame that begins at MARK_AT or behind */
	size_t mark_at;
	struct mark head; /* of the frame at the first byte */
	bool begins;      /* a PES packet begins with that byte */
	size_t taken;     /* bytes of the frame that was handed out */
	struct sound last;
	uint64_t dropped; /* bytes that were of no frame, counted in heaps */
	bool gap;         /* something was dropped since the last frame */
	const char *why;  /* it cannot be taken */
};

void audio_init(struct audio *a, enum media_codec codec, unsigned channels);
void audio_fini(struct audio *a);

/* A PES packet begins. */
void audio_mark(struct audio *a, const struct mark *m);

/* Bytes were lost: drop what is there. */
void audio_drop(struct audio *a);

/*
 * Take bytes from the *N at *P.  1 with *OUT and *M, what was said of its
 * time; its bytes are a->bytes.p from out->head to out->len, until the next
 * call.  0 when all bytes were taken.  -1 with errno ENOMEM, or ENOTSUP and
 * a->why.  LAST: nothing follows these bytes for now.
 */
int audio_take(struct audio *a, const uint8_t **p, size_t *n, bool last,
    struct sound *out, struct mark *m);

#endif
