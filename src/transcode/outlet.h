#ifndef TRANSCODE_OUTLET_H
#define TRANSCODE_OUTLET_H

#include "ladder.h"
#include "nut.h"

#include <stdbool.h>

/*
 * Standard output, where all threads' packets become one NUT stream.  Each
 * kind of track has a lane of its own; which of them are tracks of the file
 * is settled when it begins, and until then what comes is kept.
 */
struct outlet;

enum {
	LANE_SOURCE,
	LANE_RUNG, /* the first of LADDER_MAX_RUNGS */
	LANE_AUDIO = LANE_RUNG + LADDER_MAX_RUNGS,
	OUTLET_MAX_AUDIO = MEDIA_MAX_TRACKS - LADDER_MAX_RUNGS - 1,
	OUTLET_LANES = LANE_AUDIO + OUTLET_MAX_AUDIO
};

/*
 * Write to FD.  LIVE: each packet as soon as it is there; else in the order
 * of decoding times over all lanes.  NULL after reporting the cause.
 */
struct outlet *outlet_open(int fd, bool live);
void outlet_close(struct outlet *o);

/*
 * LANE bears track T, which is copied, from the next file on; NULL: it bears
 * none.  0, or -1 after reporting the cause.
 */
int outlet_lane(struct outlet *o, unsigned lane, const struct media_track *t);

/*
 * Begin a file of the lanes as they are, and let out what was kept.  It also
 * begins by itself when more is kept than can be waited for.  0, or -1
 * after reporting the cause, as all of the following.
 */
int outlet_begin(struct outlet *o);

/*
 * What is kept goes out; what comes from here on is kept for the next file,
 * whose lanes may be others.
 */
int outlet_pause(struct outlet *o);

/*
 * Put packet P, whose track is not looked at, on LANE.  What is of no lane
 * of the file, or before time 0, goes nowhere.
 */
int outlet_put(struct outlet *o, unsigned lane, const struct nut_packet *p);

/* Write what was put. */
int outlet_flush(struct outlet *o);

/* Nothing more comes on LANE: the others need not wait for it. */
int outlet_done(struct outlet *o, unsigned lane);

/* All that was kept goes out, and no lane bears a track. */
int outlet_end(struct outlet *o);

/*
 * What weir-segment calls the track of LANE in the file that began last:
 * "video", "video2"; empty when there is none.
 */
enum { OUTLET_NAME_SIZE = 16 };
void outlet_name(struct outlet *o, unsigned lane, char name[OUTLET_NAME_SIZE]);

#endif
