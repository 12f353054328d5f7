#ifndef SEGMENT_TRACK_H
#define SEGMENT_TRACK_H

#include "feed.h"
#include "growth.h"
#include "rhythm.h"
#include "store.h"
#include "story.h"
#include "timeline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TRACK_MAX_BYTES = 64 * 1024 * 1024, /* of a segment's samples */
	TRACK_MAX_SAMPLES = 16384,          /* in a segment */
	TRACK_NAME_SIZE = 16,
	/*
	 * A segment may be so much longer than promised: EXTINF is rounded to
	 * the nearest second (RFC 8216, 4.3.3.1).
	 */
	TRACK_ROUNDING_US = 450000
};

/* A sample that waits for its segment, in ticks of output time. */
struct track_sample {
	int64_t dts, pts;
	int64_t due; /* when it is seen or heard, were it not reordered */
	uint32_t bytes;
	bool key;
};

/* A sample as it comes, in microseconds of output time. */
struct track_unit {
	int64_t dts_us, pts_us;
	size_t bytes;     /* at the end of the track's payload */
	unsigned samples; /* ticks it lasts; 0: not told */
	bool key;
};

/*
 * A rendition: the samples that wait, and the segments made of them.  Its
 * fields are for whoever decides where segments end.
 */
struct track {
	char name[TRACK_NAME_SIZE];
	enum media_kind kind;
	struct feed *feed;
	struct timeline_track time;
	struct buf payload;          /* bytes of the samples */
	struct track_sample *sample; /* N of them */
	size_t n, cap;
	uint32_t hz;          /* ticks in a second */
	uint32_t frame_ticks; /* what a sample lasts, when nothing says */
	struct rhythm rhythm; /* of video; audio's never changes */
	int64_t came;         /* ticks: the last frame's time as it came */
	int64_t seam;  /* ticks: when the first of video came, behind a seam */
	int64_t wait;  /* ticks: how much later it had to be; or 0 */
	int64_t drift; /* ticks: of audio's stamps from its samples */
	bool apart;    /* the next one does not continue it */

	bool in;        /* its samples go into segments */
	bool listed;    /* in the file that is being read */
	bool needs_key; /* cannot begin but with a keyframe */
	int64_t opened; /* ticks: when that is shown; of video nothing before */
	bool discontinuity; /* before the segment that waits */
	bool breaks;        /* and before the one behind it */
	uint64_t cut;       /* the next cut it has to come to */
	int64_t wall_us;    /* wall clock less output time */
	int64_t heard_us;   /* the timeline's clock when it last had a unit */

	/* Below: that of track.c, run.c and parts.c. */
	struct store_track folder;
	struct buf head; /* what stands before a segment's samples */
	/* What it is in this run; its config is CONFIG. */
	struct media_track media;
	struct codec_facts facts; /* what that says */
	struct buf config;
	uint64_t run, msn;
	uint32_t sequence;
	bool told;    /* this run's TrackStarted */
	bool started; /* any TrackStarted, by this process */
	int64_t
	    until; /* ticks: its segment lasts to there, whatever is in it */
	bool left; /* that it ended was told, and not that it is back */
	bool shifted;
	int64_t next;     /* ticks: the end of what was made into segments */
	uint64_t told_us; /* the same by the wall clock, as it was told */
	/* The segment that grows, when parts of it were made. */
	struct growth growth;
	size_t written;       /* so many of the first samples are in it */
	size_t written_bytes; /* and so many octets of the payload */
	uint64_t part;        /* the next one's number */
	bool uneven;          /* a picture too long for a part is in it */
	/* Parts of this run: what they are to last, what they may, told. */
	int64_t part_ticks, part_max_ticks; /* 0: there are none */
	uint64_t rate_num, rate_den; /* of frames, as told of this run; or 0 */
	int64_t part_frame; /* ticks: what a frame lasts, as was measured */
	int64_t part_next;  /* ticks: where the next one ends, if it can */
	int64_t part_said;  /* ticks: where the last one was said to end */
	int64_t shift_us;   /* how long before its presentation it is decoded */
	/* How far it is in going on where it was left: see resume.h. */
	enum {
		RESUME_NO,    /* it does not, or has */
		RESUME_WAITS, /* for its codec's record */
		RESUME_SEEKS, /* the sample that segment begins with */
		RESUME_FILLS  /* up to where that was told of */
	} resume;
	struct bookmark mark;
	bool again; /* what was told may come again, and is not for us */
};

/* Where segments go and how long they may be. */
struct track_out {
	struct store *store;
	struct story *story;
	uint64_t promise_us;
	int64_t part_us;        /* how long parts are to be; 0: none are made */
	int64_t leader_part_us; /* how long the leader's are; 0: it has none */
	const char *clock;      /* the name of the input's, or empty */
	void *scratch;          /* room for TRACK_MAX_SAMPLES samples */
};

/*
 * The track called NAME of CODEC, with the folder that OUT's store has for
 * it.  NULL after reporting the cause.
 */
struct track *track_open(
    const struct track_out *out, const char *name, enum media_codec codec);
void track_close(struct track *t);

/*
 * The feed's record changed: what follows is a new run.  Nothing may be
 * waiting.  0, or -1 with errno.
 */
int track_configure(struct track *t, const struct track_out *out);

/* The timestamps jumped: decoding begins anew. */
void track_jumped(struct track *t);

/*
 * Let unit U, whose bytes are the payload's last, wait.  1; 0 when its time
 * has passed already (its bytes are dropped); -1 after reporting the cause.
 */
int track_add(
    struct track *t, const struct track_unit *u, const struct track_out *out);

/* Ticks as microseconds, and the other way. */
int64_t track_us(const struct track *t, int64_t ticks);
int64_t track_ticks(const struct track *t, int64_t us);

/* The output time at which sample I is due. */
int64_t track_due_us(const struct track *t, size_t i);

/* When the last sample that waits will have been played, in ticks. */
int64_t track_end(const struct track *t);

/*
 * When sample I, which is there or is to come next, is decoded, in ticks; -1
 * when that cannot be told before it is there.
 */
int64_t track_next(const struct track *t, size_t i);

/*
 * Can a segment of the first I samples be decoded without what was before it?
 * It begins with a keyframe, and no picture behind that is shown before it:
 * such a one needs the GOP before, which was left open.
 */
bool track_alone(const struct track *t, size_t i);

/* How long, in microseconds, a segment of the first I samples would be. */
int64_t track_length_us(const struct track *t, size_t i);

/* Drop the first I samples. */
void track_drop(struct track *t, size_t i);

/*
 * The first sample is the first of all that will be decoded: drop those behind
 * it that are shown before it, and so need the GOP before, which was left open.
 */
void track_enter(struct track *t);

/* The bytes of the first I samples. */
size_t track_bytes(const struct track *t, size_t i);

/* The wall clock at sample 0, never before what was told. */
uint64_t track_start_us(const struct track *t);

/*
 * Make a segment of the first I samples, at least one, and tell it; before
 * a run's first also its initialization section.  It is never longer than
 * the promise.  0, or -1 after reporting the cause.
 */
int track_flush(struct track *t, const struct track_out *out, size_t i);

/*
 * Tell that it ended, for REASON ("" when nothing is wrong).  AFTER is where it
 * stands, or NULL when nothing is to go on from there.
 */
int track_ended(const struct track *t, struct story *s, const char *reason,
    const struct bookmark *after);

#endif
