#ifndef TS_H
#define TS_H

#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * MPEG transport streams (ISO/IEC 13818-1) taken apart, of strangers: nothing
 * is believed that the bytes do not hold.  No descriptors, no threads, no
 * clock: bytes are brought and events taken.
 *
 * One program is taken: the first that has media.  Of it H.264, HEVC, AAC
 * (ADTS), MPEG audio, AC-3, E-AC-3 and Opus, up to TS_MAX_TRACKS of them; what
 * else there is, is told once as TS_REFUSED.  Packets may be 188, 192 or
 * 204 bytes apart.
 *
 * Memory: TS_MAX_UNIT for each video track, 128 KiB for each audio track, and
 * 128 KiB for all the rest.
 */
enum {
	TS_MAX_TRACKS = MEDIA_MAX_TRACKS,
	TS_MAX_UNIT = 4 * 1024 * 1024, /* bytes of an access unit */
	TS_HZ = 90000                  /* ticks in a second, of all times */
};

struct ts_demux;

struct ts_demux *ts_demux_open(void); /* NULL with errno ENOMEM */
void ts_demux_close(struct ts_demux *d);

/*
 * Bring the LEN bytes at P, cut anywhere.  They are borrowed until
 * ts_demux_next() says TS_MORE, and only then others may be brought.
 */
void ts_demux_put(struct ts_demux *d, const uint8_t *p, size_t len);

/* No more bytes will come: what waits for its end is whole. */
void ts_demux_end(struct ts_demux *d);

enum ts_event {
	TS_MORE,     /* nothing is left: bring bytes, or say the end */
	TS_PROGRAM,  /* the program map says what there will be */
	TS_TRACK,    /* a track is known, or is another one from here on */
	TS_PACKET,   /* an access unit, or one audio frame */
	TS_REFUSED,  /* a stream that is not taken, and why */
	TS_FINISHED, /* the end was said, and nothing is left */
	TS_FAILED    /* memory ran out (errno ENOMEM); nothing more comes */
};

/*
 * An access unit or one audio frame.
 *
 * Video is length-prefixed (4 bytes), without delimiters, filler, and parameter
 * sets that are in the track's record; two fields of a frame are one.
 * The first of a track is a key.  A picture of which bytes were lost is
 * dropped, and so are those behind it up to the next key, since they are
 * predicted from it: what is handed out can be decoded without a complaint,
 * and times keep the hole.  The same holds for what comes before a track's
 * first key, and, where decoding begins with a key that is no IDR picture, for
 * the pictures that are shown before it.
 *
 * Audio: AAC raw, an Opus packet without its control header, or a frame of
 * the other codecs with its header.  Of lost bytes only the frames they were
 * of are missing.
 */
struct ts_packet {
	unsigned track; /* its number, as TS_TRACK told it */
	/*
	 * In TS_HZ, never below 0, 33-bit wraps undone.  A track's dts grows,
	 * but where JUMPED.  pts may be below dts where the stream lies.
	 */
	int64_t pts, dts;
	bool key; /* decoding may begin here; all of audio */
	/*
	 * Its times do not go on from the track's packet before: the clock was
	 * set anew, or went more than a second back or ten ahead.  Each track
	 * jumps when its own times do; what jumps to the same clock stays in
	 * step.
	 */
	bool jumped;
	bool gap; /* something of this track was dropped just before */
	const uint8_t *data;
	size_t len;
};

/* What an event brings, valid until the next call on the demultiplexer. */
struct ts_read {
	/* TS_PROGRAM: so many tracks of each kind are to be expected. */
	unsigned video, audio;

	/*
	 * TS_TRACK: the track of this number, below TS_MAX_TRACKS, is so from
	 * its next packet on.  Numbers follow the order of the program map,
	 * and stay as long as their streams do; that of one which left may be
	 * given to another.  It is told by a track's first key or frame, and
	 * again when its record changes.  The time base is 1 / TS_HZ.
	 */
	unsigned number;
	const struct media_track *track;

	struct ts_packet packet; /* TS_PACKET */

	/* TS_REFUSED: a sentence's end, for people; once for each stream of
	 * each version of the program map. */
	const char *why;
	unsigned pid, stream_type;
};

enum ts_event ts_demux_next(struct ts_demux *d, struct ts_read *out);

/* What happened since the beginning. */
struct ts_count {
	uint64_t packets;   /* of the transport stream, all of them */
	uint64_t lost;      /* packets missing, by their continuity counters */
	uint64_t doubled;   /* packets that came twice */
	uint64_t corrupt;   /* packets, sections and PES that cannot be read */
	uint64_t skipped;   /* bytes passed over to find a packet's start */
	uint64_t scrambled; /* packets nobody but a subscriber can read */
	uint64_t dropped;   /* access units and frames that were no use */
	uint64_t jumps;     /* of the clock */
};
const struct ts_count *ts_demux_count(const struct ts_demux *d);

#endif
