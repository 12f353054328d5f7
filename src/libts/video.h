#ifndef TS_VIDEO_H
#define TS_VIDEO_H

#include "buf.h"
#include "nal.h"
#include "params.h"

/*
 * H.264 or HEVC in Annex B's form, in any pieces, becomes access units whose
 * NAL units bear their lengths.  Bytes are copied once, from where they were
 * brought to where the access unit is made.
 */

/* What a PES packet says of the access unit that begins in it. */
struct mark {
	bool valid;
	int64_t pts, dts; /* 33 bits */
};

/* An access unit, and where it lies in its video's bytes. */
struct picture {
	size_t begin;
	struct mark mark;
	bool any;    /* it has a slice */
	bool access; /* the packet said: random_access_indicator */
	bool key, idr;
	bool torn;  /* its beginning is missing */
	bool sets;  /* there is a parameter set in it that is not in force */
	bool field; /* H.264: one of two that are a frame */
	struct nal_slice slice; /* then: of its first one */
};

struct video {
	enum media_codec codec;
	struct buf bytes;
	size_t nal;     /* where the open NAL unit begins, with its length */
	size_t scan;    /* where to look for the next start code */
	unsigned flags; /* of the open NAL unit */
	enum { VIDEO_OUTSIDE, VIDEO_BEGINS, VIDEO_INSIDE } state;
	struct mark mark; /* of the PES packet, nobody's yet */
	bool access;
	struct picture now;   /* what is being made */
	struct picture first; /* a field that waits for the other; or not any */
	size_t end;     /* of an access unit that was handed out; 0: none */
	bool spread;    /* PES packets end within access units */
	bool whole;     /* what is being made is, but was not handed out yet */
	bool completed; /* by video_complete(), and nothing came since */
	bool broken;    /* and something did that belongs to it */
	const struct params *params; /* borrowed: in force, needed no more */
	struct avc_sps sps; /* H.264: the last; before, frame_num_bits is 0 */
};

void video_init(struct video *v, enum media_codec codec, size_t max_bytes);
void video_fini(struct video *v);

/* A PES packet begins: M, and random_access_indicator. */
void video_mark(struct video *v, const struct mark *m, bool access);

/* Bytes were lost, or are no use: drop what is being made. */
void video_drop(struct video *v);

/*
 * Take bytes from the *N at *P until an access unit is complete.  1 with *OUT,
 * whose bytes are v->bytes.p from out->begin to v->end, until the next call;
 * 0 when all bytes were taken; -1 with errno EMSGSIZE or ENOMEM.
 */
int video_take(
    struct video *v, const uint8_t **p, size_t *n, struct picture *out);

/*
 * The access unit that is being made is complete, as far as one can tell: its
 * PES packet is.  1 with *OUT, and to be called again; or 0.
 */
int video_complete(struct video *v, struct picture *out);

/* The same at the very end; to be called until it returns 0. */
int video_last(struct video *v, struct picture *out);

#endif
