#ifndef MEDIA_FEED_OWN_H
#define MEDIA_FEED_OWN_H

#include "feed.h"
#include "vp9.h"

/*
 * The feed from within: feed.c keeps the record in force and decides what may
 * go on, the others know what units of their codecs look like.
 */
struct feed_kind {
	/* A file began in which the stream is described by T. */
	void (*header)(struct feed *f, const struct media_track *t);
	/*
	 * Append the next unit of the N bytes at *P to OUT, move *P behind it
	 * and set f->samples when it tells how long it lasts.  0, or -1 with
	 * errno; what OUT has then is taken from it again.
	 */
	int (*unit)(struct feed *f, const uint8_t **p, size_t *n, bool key,
	    struct buf *out);
};

extern const struct feed_kind feed_nal;   /* H.264, HEVC */
extern const struct feed_kind feed_obu;   /* AV1 */
extern const struct feed_kind feed_vp9;   /* VP9 */
extern const struct feed_kind feed_audio; /* all that is heard */

struct params;

struct feed {
	const struct feed_kind *kind;
	/* What is known of it; its config is the record in force. */
	struct media_track track;
	struct codec_facts facts; /* what that says */
	struct buf record, next;
	bool fresh;  /* the record changed, and no unit has told it yet */
	bool inband; /* parameters are in the stream: Annex B, ADTS */
	unsigned ordinal;
	unsigned samples; /* in the unit just taken; 0: it does not tell */
	uint64_t before;  /* samples in those of the packet before it */
	/* H.264 and HEVC */
	unsigned length_size; /* 0: Annex B */
	struct params *params;
	struct vp9_config vp9; /* as the file has it; depth 0: it does not */
};

/*
 * Take f->next as the record, and WIDTH and HEIGHT where that does not say
 * them, if anything differs from what is in force.
 */
void feed_take(struct feed *f, unsigned width, unsigned height);

#endif
