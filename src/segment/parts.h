#ifndef SEGMENT_PARTS_H
#define SEGMENT_PARTS_H

#include "track.h"

/*
 * The segment that grows, and the parts of it: fragments that can be read
 * before it is whole.
 */

/*
 * Make parts of the segment that grows from the samples before the I-th, as
 * many as these fill: the segment will not end before it, and it is there, or
 * track_next() knows when it is due.  With LAST it ends the segment in all
 * likelihood, and what is left is a part, too.  0, or -1 after reporting.
 */
int parts_make(
    struct track *t, const struct track_out *out, size_t i, bool last);

/*
 * True when parts of T, which follows, can end where the leader's do, each
 * LEADER_US long: when its frames are so short that one more or less of them
 * does not matter.
 */
bool parts_in_step(const struct track *t, int64_t leader_us);

/*
 * Settle how long T's parts are, whose frames last FRAME ticks: in step with
 * those of the leader, if that has any (LEADER_US).
 */
void parts_measure(struct track *t, const struct track_out *out, int64_t frame);

/*
 * Give the growing segment its last samples, up to the I-th, which end at
 * END.  0, or -1 after reporting the cause.
 */
int parts_finish(
    struct track *t, const struct track_out *out, size_t i, int64_t end);

/*
 * Sample I, which is there, is the first behind the growing segment's parts:
 * have it begin where they end.  Its decoding time in ticks.
 */
int64_t parts_settle(struct track *t, size_t i);

/*
 * The output time at which the sample comes that ends the next part; one
 * waits for it.
 */
int64_t parts_due_us(const struct track *t);

#endif
