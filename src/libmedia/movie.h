#ifndef MEDIA_MOVIE_H
#define MEDIA_MOVIE_H

#include "codec.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One MP4 file (ISO/IEC 14496-12) made of a range of the CMAF segments of
 * several tracks, never encoded again: a head (ftyp, moov, the beginning of
 * mdat) that lies in memory, and behind it pieces of the segments' files,
 * which whoever sends the movie copies from there.  Its size is known before
 * the first octet goes out, and the same segments give the same octets.
 *
 * - It begins with the frame that is seen at the range's beginning: what is
 *   needed to decode that, from the keyframe before on, is in the file, and an
 *   edit list has players pass over it.  Sound begins at the same instant.
 * - Where all tracks have a gap, since the encoder was gone or segments are
 *   not there, the gap takes no time; sound and picture stay together across
 *   it: all samples are placed on one timeline, and the last one before a gap
 *   lasts until the next.
 * - Runs with the same sample entry are one; another sample entry of the same
 *   codec gets a sample description of its own; where it begins, H.264 and
 *   HEVC have their parameter sets in the stream, too, for players that know of
 *   the first description only; AV1 and VP9 always have.  Where the codec
 * itself changes no such file can be made.
 *
 * Memory: of each sample 16 bytes and of each fragment 96 while it is made,
 * and then up to 20 and 104 of those in the range.  An hour of 30 frames and 47
 * audio frames a second in parts of 200 ms is 7 MiB, then 6.
 */
struct movie;

enum {
	MOVIE_MAX_SAMPLES = 8 * 1024 * 1024, /* of all tracks: 28 h of those */
	MOVIE_MAX_FRAGMENTS = 2 * 1024 * 1024,
	MOVIE_MAX_ENTRIES = 64 /* different sample entries of a track */
};

/* NULL with errno ENOMEM. */
struct movie *movie_open(void);
void movie_close(struct movie *m);

/*
 * What follows of TRACK, a number below MEDIA_MAX_TRACKS, needs the
 * initialization section of LEN bytes at P.  Video tracks come before audio
 * tracks, numbers without holes.  0, or -1 with errno: EBADMSG (it is none),
 * ENOTSUP (another codec, or kind, than before in this track), E2BIG (too many
 * different ones) or ENOMEM.
 */
int movie_init(struct movie *m, size_t track, const uint8_t *p, size_t len);

struct movie_segment {
	size_t track;
	uint64_t file;     /* the caller's name for it, for movie_piece() */
	int fd;            /* the file; not needed any more afterwards */
	uint64_t start_us; /* wall clock of its first frame */
	bool discontinuity;
};

/*
 * Add a segment, all of whose heads are read now.  Those of a track come in
 * their order; the samples of all tracks will lie in the file as they come
 * here.  0, or -1 with errno: EBADMSG (the file is no such segment), E2BIG
 * (more than MOVIE_MAX_...), ENOMEM, or as pread(2).
 */
int movie_add(struct movie *m, const struct movie_segment *s);

/*
 * That was all.  Of what was added, LENGTH_US are shown from SKIP_US on,
 * counted from the first frame of track 0.  0, or -1 with errno ENODATA (there
 * is nothing to be shown) or ENOMEM.
 */
int movie_finish(struct movie *m, uint64_t skip_us, uint64_t length_us);

/* Of a movie that is finished: all its octets, those of the head first. */
uint64_t movie_bytes(const struct movie *m);
struct str movie_head(const struct movie *m);

/* What it takes of memory, in bytes. */
size_t movie_memory(const struct movie *m);

/* How long it plays. */
uint64_t movie_length_us(const struct movie *m);

/* Octets of a segment's file; or, with MEMORY, these, the movie's own. */
struct movie_piece {
	const uint8_t *memory;
	size_t track;
	uint64_t file, offset, bytes;
};

/*
 * The piece that holds octet AT of the movie, which is behind the head and
 * before the end, from there to the piece's end.
 */
void movie_piece(const struct movie *m, uint64_t at, struct movie_piece *out);

#endif
