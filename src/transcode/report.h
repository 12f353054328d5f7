#ifndef TRANSCODE_REPORT_H
#define TRANSCODE_REPORT_H

#include "ladder.h"

#include <stdint.h>

/* What happens, as events on a descriptor and lines on standard error. */
struct report;

/*
 * Events about BROADCAST, to TO: a number is a descriptor that is open, else
 * it is a file.  NULL for either: there are only lines.  Before the sandbox.
 * NULL after reporting the cause.
 */
struct report *report_open(const char *broadcast, const char *to);
void report_close(struct report *r);

/* TRACK, of rendition D, was given up, when pictures were LATE_US late. */
void report_dropped(struct report *r, const char *track,
    const struct rendition *d, int64_t late_us);

/* It is there again. */
void report_restored(
    struct report *r, const char *track, const struct rendition *d);

#endif
