#ifndef TRANSCODE_PICTURE_H
#define TRANSCODE_PICTURE_H

#include "outlet.h"
#include "report.h"
#include "settings.h"

/*
 * The pictures of one track: a thread that decodes them once, prepares them
 * and hands them to the rungs.  What rungs there are is settled when the
 * first frame is there, and again when frames become others; each time a file
 * begins on the outlet.
 */
struct picture;

/* For track T.  What is pointed at is borrowed.  NULL after reporting. */
struct picture *picture_open(const struct settings *set,
    const struct media_track *t, struct outlet *outlet, struct report *report);

/*
 * Take packet P of the track.  Live it never waits: what there is no time
 * for is left out, up to a keyframe.  0, or -1 after reporting the cause.
 */
int picture_put(struct picture *p, const struct nut_packet *packet);

/*
 * No more packets come: all that is on its way is put out.  0, or -1 when
 * something failed on the way, which was reported.
 */
int picture_close(struct picture *p);

#endif
