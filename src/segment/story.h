#ifndef SEGMENT_STORY_H
#define SEGMENT_STORY_H

#include "event.h"
#include "journal.h"

#include <stdbool.h>

/*
 * What happens, told as events on a descriptor.  What is told at one instant
 * is one write, for each wakes whoever reads.
 */
struct story;

/* Events about BROADCAST on FD.  NULL after reporting the cause. */
struct story *story_open(const char *broadcast, int fd);
void story_close(struct story *s);

/*
 * Keep what is told in a journal in FOLDER, and tell again what an earlier
 * process did: each event bears its id, so the log has it once.  0, or -1
 * after reporting the cause.
 */
int story_keep(struct story *s, int folder);

/* Where that process left TRACK, or NULL. */
const struct bookmark *story_mark(const struct story *s, const char *track);

/* The same when it was at segment MSN, into *M; false when nothing says so. */
bool story_mark_at(
    const struct story *s, const char *track, uint64_t msn, struct bookmark *m);

/* Nothing is told, but TRACK stands at M.  0, or -1 after reporting. */
int story_stands(struct story *s, const char *track, const struct bookmark *m);

/* Something was told that is not written yet. */
bool story_waits(const struct story *s);

/* Write what was told.  0, or -1 after reporting the cause. */
int story_flush(struct story *s);

/*
 * Tell the event, behind which its track stands at M; its field broadcast is
 * filled in here.  0, or -1 after reporting the cause.
 */
int story_track_started(
    struct story *s, struct TrackStarted *e, const struct bookmark *m);
int story_segment_ready(
    struct story *s, struct SegmentReady *e, const struct bookmark *m);
int story_part_ready(
    struct story *s, struct PartReady *e, const struct bookmark *m);
int story_track_ended(
    struct story *s, struct TrackEnded *e, const struct bookmark *m);

/* The same of what nobody misses: it is not told again by another process. */
int story_stream_measured(struct story *s, struct StreamMeasured *e);

#endif
