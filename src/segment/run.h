#ifndef SEGMENT_RUN_H
#define SEGMENT_RUN_H

#include "track.h"

/*
 * Begin T's run, whose first segment is to have SAMPLES samples and to last
 * LENGTH_US: write its initialization section, tell of it, and settle how
 * long its parts are.  0, or -1 after reporting the cause.
 */
int run_begin(struct track *t, const struct track_out *out, size_t samples,
    int64_t length_us);

/* T comes back, and goes on with its run, which is told again.  As above. */
int run_again(struct track *t, const struct track_out *out);

#endif
