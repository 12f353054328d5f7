#ifndef SEGMENT_SEGMENTER_H
#define SEGMENT_SEGMENTER_H

#include "cutter.h"
#include "nut.h"

/*
 * From NUT's packets to segments: which track is which, what its units are,
 * and when they play.
 */
struct segmenter;

/* NULL after reporting the cause.  STORE and STORY are borrowed. */
struct segmenter *segmenter_open(const struct cutter_settings *set,
    struct store *store, struct story *story);
void segmenter_close(struct segmenter *s);

/* A file of N tracks began.  0, or -1 after reporting the cause. */
int segmenter_header(
    struct segmenter *s, const struct media_track *track, size_t n);

/* Take a packet of that file.  0, or -1 after reporting the cause. */
int segmenter_packet(struct segmenter *s, const struct nut_packet *p);

/*
 * No more input is there for now: let out what was told, if anything was.  0,
 * or -1 after reporting.
 */
bool segmenter_told(const struct segmenter *s);
int segmenter_flush(struct segmenter *s);

/*
 * The input is over, for REASON, or "" when nothing is wrong: make the last
 * segments, tell that the tracks ended.  0, or -1 after reporting.
 */
int segmenter_finish(struct segmenter *s, const char *reason);

/*
 * For how long, in microseconds, input that comes in real time cannot end a
 * segment; 0 when it may at once, or comes faster.
 */
int64_t segmenter_quiet_us(const struct segmenter *s);

#endif
