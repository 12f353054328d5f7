#ifndef EDGED_TRICKLE_H
#define EDGED_TRICKLE_H

#include "answer.h"

/*
 * A segment that grows, sent while it grows: what low-latency DASH calls
 * chunked transfer.  One part after the other goes into an answer without a
 * length (RFC 9112, 7.1); it ends with the segment, or is cut when nothing
 * comes for three target durations or the segment never ends.
 */

/*
 * Send FILE, segment MSN so far, and what follows it, as reply HEAD.  *E is the
 * edition behind G that was looked at last, in which a part of it is told;
 * it is let go for a later one.  When it returns with X's trickle on, more
 * follows: it is to be called again, with the same file and without HEAD, when
 * there is more or X is finished.
 */
void trickle(struct site *site, struct exchange *x, const struct route *r,
    struct gate *g, struct edition **e, const struct file *file,
    const struct reply *head);

/* X's trickle does not go on; whoever reads it sees that it was cut. */
void trickle_cut(struct exchange *x);

#endif
