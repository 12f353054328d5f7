#ifndef INGEST_MUX_H
#define INGEST_MUX_H

#include "buf.h"
#include "codec.h"
#include "nut.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One broadcast's media, from the tracks and packets that an encoder's
 * protocol brings to NUT on a pipe.  A NUT file begins with a keyframe of the
 * largest video track once all tracks are known that are expected, or a second
 * of waiting lets us expect; when the parameters change or a track joins,
 * another file follows on the pipe.  In it video tracks come first, the largest
 * before smaller ones, then audio tracks; those alike are in the order of their
 * numbers.
 */
enum {
	MUX_WAIT_MS = 1000, /* of stream time, for the other tracks */
	MUX_HELD_MAX = 8 * 1024 * 1024, /* bytes of frames that wait */
	MUX_KEYFRAME_WAIT_MS = 15000,   /* then audio goes alone */
	MUX_BACKWARDS_MS = 1000,        /* a longer step is a new file */
	/* Where media goes on behind another encoder's: nobody takes so long
	 * a step for a hole in the same media. */
	MUX_RESUME_MS = 10000,
	MUX_REPLAY_MS = 3000 /* to take what is replayed */
};

/* What came in, counted since the broadcast began. */
struct mux_count {
	uint64_t video_frames, audio_frames;
	uint64_t bytes;     /* of their payloads */
	uint64_t dropped;   /* frames there was no room for */
	uint64_t malformed; /* what the protocol brought that was no use */
};

/* A frame that was taken, by its time on the pipe. */
struct mux_frame {
	enum media_kind kind;
	bool key;
	bool leads; /* it is of the first track of its kind */
	int64_t dts_us;
};

struct mux;

/* All times count 1 / HZ seconds.  NULL with errno ENOMEM. */
struct mux *mux_open(uint32_t hz);
void mux_close(struct mux *m);

const struct mux_count *mux_count(const struct mux *m);

/* The last of those frames; all zeroes before the first. */
const struct mux_frame *mux_last(const struct mux *m);

/* The encoder says that it sends so many tracks of each kind. */
void mux_expect(struct mux *m, unsigned video, unsigned audio);

/*
 * Track TRACK, below MEDIA_MAX_TRACKS, is as T says from its next packet on;
 * T is copied.  The same again changes nothing.  0, or -1 with errno EINVAL
 * (no such track, not of our HZ, a configuration that is too long) or ENOMEM.
 */
int mux_track(struct mux *m, unsigned track, const struct media_track *t);

/* Something came that was no use. */
void mux_malformed(struct mux *m);

/*
 * Take packet P of one of the tracks, whose times do not wrap but may
 * stumble, and append what the pipe is to get to OUT.  ROOM false: OUT is as
 * full as it may be (or of no size, while there is no pipe), and frames are
 * dropped until there is room and a keyframe comes.  0, or -1 with errno
 * EINVAL (no such track) or ENOMEM.
 */
int mux_put(
    struct mux *m, const struct nut_packet *p, bool room, struct buf *out);

/*
 * What was written went nowhere: begin a new file, with the next keyframe.
 */
void mux_restart(struct mux *m);

/*
 * As mux_restart(), but what was kept of late goes into it at once: its
 * times are those that were written before.  0, or -1 with errno ENOMEM.
 */
int mux_replay(struct mux *m, struct buf *out);

/*
 * What comes now is from a connection of its own: nothing is known of its
 * tracks, and its clock is another one.  Its file goes on MUX_RESUME_MS
 * behind what there was.
 */
void mux_resume(struct mux *m);

#endif
