#ifndef SEGMENT_RESUME_H
#define SEGMENT_RESUME_H

#include "track.h"

/*
 * Going on where an earlier process was killed: with the samples that were not
 * told of yet, in the segment that grew, when they come again on the same
 * clock; and else by ending that segment with what was told of it.
 */

/* Where T stands. */
struct bookmark resume_mark(const struct track *t, const struct track_out *out);

/*
 * T was opened: see whether it can go on at M, where it was left, or settle
 * what was.  0, or -1 after reporting the cause.
 */
int resume_open(
    struct track *t, const struct track_out *out, const struct bookmark *m);

/* T has yet to come to where it was left. */
bool resume_pending(const struct track *t);

/* Of its samples, so many will be in the segment that grows, no cut before. */
size_t resume_samples(const struct track *t);

/*
 * The codec's record of T is known.  1 when it goes on in the run that was
 * there; 0 when it does not; -1 after reporting the cause.
 */
int resume_configure(struct track *t, const struct track_out *out);

/*
 * T gets a sample at DTS (ticks).  1: it is to be taken; 0: what it is a part
 * of was told; -1: it is too late to go on.
 */
int resume_sample(const struct track *t, int64_t dts);

/* T has one sample more, the first of which is where it was left. */
void resume_step(struct track *t);

/*
 * It cannot go on: its last segment ends with what was told of it, and what
 * comes is behind a discontinuity.  0, or -1 after reporting the cause.
 */
int resume_give_up(struct track *t, const struct track_out *out);

#endif
