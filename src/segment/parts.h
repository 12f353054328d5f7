#ifndef SEGMENT_PARTS_H
#define SEGMENT_PARTS_H

#include "track.h"

/*
 * The segment that grows, and the parts of it: fragments that can be read
 * before it is whole.
 */

/*
 * Make parts of the segment that grows from the samples before the I-th, as
 * many as these fill; the I-th is there, and the segment will not end before
 * it.  0, or -1 after reporting the cause.
 */
int parts_make(struct track *t, const struct track_out *out, size_t i);

/*
 * Give the growing segment its last samples, up to the I-th, which end at
 * END.  0, or -1 after reporting the cause.
 */
int parts_finish(
    struct track *t, const struct track_out *out, size_t i, int64_t end);

/* The output time at which the next part ends; a sample waits for it. */
int64_t parts_due_us(const struct track *t);

#endif
