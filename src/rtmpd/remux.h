#ifndef RTMPD_REMUX_H
#define RTMPD_REMUX_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One broadcast's media, from the payloads of RTMP messages to NUT on a
 * pipe.  A NUT file begins with a keyframe once both tracks are known, or
 * the one that metadata or a second of waiting lets us expect; when the
 * parameters change or a track joins, another file follows on the pipe.
 */
enum {
	REMUX_WAIT_MS = 1000, /* of stream time, for the other track */
	REMUX_HELD_MAX = 8 * 1024 * 1024, /* bytes of frames that wait */
	REMUX_KEYFRAME_WAIT_MS = 15000,   /* then audio goes alone */
	REMUX_BACKWARDS_MS = 1000,        /* a longer step is a new file */
	/* Where media goes on behind another encoder's: nobody takes so long
	 * a step for a hole in the same media. */
	REMUX_RESUME_MS = 10000,
	REMUX_REPLAY_MS = 3000 /* to take what is replayed */
};

/* What came in, counted since the broadcast began. */
struct remux_count {
	uint64_t video_frames, audio_frames;
	uint64_t bytes;     /* of their payloads */
	uint64_t dropped;   /* frames there was no room for */
	uint64_t malformed; /* tags and frames that were no use */
};

/* A frame that was taken, by its time on the pipe. */
struct remux_frame {
	enum media_kind kind;
	bool key;
	int64_t dts_ms;
};

struct remux;

/* NULL with errno ENOMEM. */
struct remux *remux_open(void);
void remux_close(struct remux *r);

const struct remux_count *remux_count(const struct remux *r);

/* The last of those frames; all zeroes before the first. */
const struct remux_frame *remux_last(const struct remux *r);

/* Take a data message; only onMetaData is looked at. */
void remux_data(struct remux *r, const uint8_t *p, size_t len);

/*
 * Take the LEN bytes at P, of an audio or video message, and append what
 * the pipe is to get to OUT.  ROOM false: OUT is as full as it may be (or
 * of no size, while there is no pipe), and frames are dropped until there is
 * room and a keyframe comes.
 *
 * 0, or -1 with errno when the stream cannot go on: ENOTSUP or EBADMSG with
 * WHY, of CAP bytes, saying to people why ("HEVC is not supported yet"), or
 * ENOMEM.
 */
int remux_put(struct remux *r, enum media_kind kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len, bool room, struct buf *out, char *why,
    size_t cap);

/*
 * What was written went nowhere: begin a new file, with the next keyframe.
 */
void remux_restart(struct remux *r);

/*
 * As remux_restart(), but what was kept of late goes into it at once: its
 * times are those that were written before.  0, or -1 with errno ENOMEM.
 */
int remux_replay(struct remux *r, struct buf *out);

/*
 * What comes now is from a connection of its own: nothing is known of its
 * tracks, and its clock is another one.  Its file goes on REMUX_RESUME_MS
 * behind what there was.
 */
void remux_resume(struct remux *r);

#endif
