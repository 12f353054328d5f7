#ifndef TRANSCODE_TRANSCODER_H
#define TRANSCODE_TRANSCODER_H

#include "outlet.h"
#include "report.h"
#include "settings.h"

/*
 * NUT files in, NUT files out: each track of the file that comes in finds
 * who deals with it.
 */
struct transcoder;

/* What is pointed at is borrowed.  NULL after reporting the cause. */
struct transcoder *transcoder_open(
    const struct settings *set, struct outlet *outlet, struct report *report);
void transcoder_close(struct transcoder *t);

/*
 * A file begins, of these N tracks; what was of the one before goes out.  0,
 * or -1 after reporting the cause, as all of these.
 */
int transcoder_header(
    struct transcoder *t, const struct media_track *track, size_t n);

int transcoder_packet(struct transcoder *t, const struct nut_packet *p);

/* The input is over: everything goes out. */
int transcoder_finish(struct transcoder *t);

#endif
