#ifndef TS_STREAM_H
#define TS_STREAM_H

#include "audio.h"
#include "params.h"
#include "pes.h"
#include "timebase.h"
#include "ts.h"
#include "video.h"

/*
 * An elementary stream of the program: the packets of its PID become access
 * units or frames with times.
 */
struct stream {
	bool used;
	unsigned pid, type;
	enum media_codec codec;
	bool refused; /* what came is not what we take */
	bool scrambled;
	const char *say; /* why, to be told */
	struct pes pes;
	bool waiting;      /* for the next PES packet: bytes were lost */
	const uint8_t *in; /* borrowed: of a body, not taken yet */
	size_t in_len;
	bool access; /* random_access_indicator of the PES packet */
	/*
	 * Most muxers stuff the last packet of a PES packet, and no other: then
	 * the picture in it is complete, a frame before the next one tells.
	 */
	bool stuffed;       /* the last packet was */
	unsigned last_only; /* so many PES packets in a row, up to HABIT */
	bool ending;        /* behind them the PES packet is complete */
	struct timebase_track time;
	int64_t last_dts; /* of what was handed out, or would have been */
	int64_t last_pts;
	int64_t raw_dts;  /* the same as it was said */
	bool timed;       /* those are something */
	bool jumped, gap; /* to be told with the next packet */
	bool fresh; /* the track is known, or changed, and was not told yet */
	/* What waits for TS_TRACK to be told first. */
	bool held;
	struct ts_packet packet;

	bool known;
	struct media_track track; /* its record is RECORD */
	struct buf record, scratch;

	struct video video;
	struct params *params; /* in force */
	bool needs_key;
	bool leading; /* drop what is shown before LEAD_PTS */
	int64_t lead_pts;
	int64_t frame; /* what a picture lasts, as the last ones did */

	struct audio audio;
	int64_t base_pts; /* what the last PES packet said, */
	uint64_t samples; /* and so many came since */
};

/* So often is a habit of the muxer's. */
enum { STREAM_HABIT = 50 };

/* What streams have in common. */
struct stream_set {
	struct timebase clock;
	struct ts_count *count;
};

/* 0, or -1 with errno ENOMEM. */
int stream_open(struct stream *s, unsigned pid, unsigned type,
    enum media_codec codec, unsigned channels);
void stream_close(struct stream *s);

/* Packets were lost, or damaged. */
void stream_lost(struct stream *s, struct stream_set *set);

/* Nobody but a subscriber can read what came. */
void stream_scrambled(struct stream *s, struct stream_set *set);

/*
 * A packet's payload, N bytes at P, borrowed until stream_next() returned
 * STREAM_MORE.
 */
enum {
	STREAM_START = 1,  /* payload_unit_start_indicator */
	STREAM_ACCESS = 2, /* random_access_indicator */
	STREAM_STUFFED = 4 /* it is short: there was nothing more to send */
};
void stream_put(struct stream *s, struct stream_set *set, const uint8_t *p,
    size_t n, unsigned flags);

enum stream_event {
	STREAM_MORE,
	STREAM_TRACK,   /* s->track changed */
	STREAM_PACKET,  /* *OUT, valid until the next call */
	STREAM_REFUSED, /* *WHY; nothing more comes, or not now */
	STREAM_FAILED   /* errno ENOMEM */
};

/* LAST: nothing more will come. */
enum stream_event stream_next(struct stream *s, struct stream_set *set,
    bool last, struct ts_packet *out, const char **why);

#endif
