#ifndef MEDIA_MOVIE_PARTS_H
#define MEDIA_MOVIE_PARTS_H

#include "cmaf_reader.h"
#include "movie.h"

#include "buf.h"

/* What movie.c, movie_time.c and movie_head.c share. */

/* A sample entry, and the clock of the tracks that have it. */
struct movie_entry {
	uint8_t *box;
	size_t len;
	uint32_t timescale;
	/* H.264, HEVC: its parameter sets as they stand in a stream, or NULL.
	 */
	uint8_t *sets;
	size_t sets_len;
};

/* A moof and its samples; in the file, a chunk. */
struct movie_fragment {
	uint64_t file, offset; /* where the samples' bytes are */
	uint64_t bytes;
	uint64_t at;       /* where they are in the movie */
	uint64_t start_us; /* wall clock of its segment's first frame */
	int64_t dts;       /* ticks of its entry's clock, as it is written */
	int64_t shift_us;  /* its place in the movie less that */
	/* When the first of it is seen or heard, and the last ends, by the
	 * same clock. */
	int64_t begin_us, end_us;
	uint32_t first, samples; /* of its track's */
	uint32_t stretch;        /* see movie_time.c */
	uint32_t sets;           /* octets of its entry's before the samples */
	uint8_t track, entry;
	bool discontinuity;
};

struct movie_track {
	struct cmaf_header header; /* of the run that goes on */
	uint8_t now;               /* its entry */
	bool video;
	uint32_t codec;         /* type of its sample entries */
	uint32_t timescale;     /* of its first entry, and in the movie */
	uint32_t width, height; /* 16.16, of the first */
	struct movie_entry entry[MOVIE_MAX_ENTRIES];
	size_t entries;
	struct cmaf_sample *sample;
	size_t samples, capacity;

	/* What of its samples is in the movie. */
	size_t from, to;     /* samples from FROM to TO - 1 */
	int64_t dts;         /* of FROM, ticks from the timeline's begin */
	int64_t begin;       /* what is shown begins here, likewise */
	int64_t wait, shown; /* ticks: nothing of it before that; so long */
};

struct movie {
	struct movie_track track[MEDIA_MAX_TRACKS];
	size_t tracks, samples;
	struct movie_fragment *fragment;
	size_t fragments, capacity;
	struct cmaf_sample *scratch; /* CMAF_MAX_SAMPLES */
	struct buf window;           /* of the file that is read */
	uint64_t window_at;
	struct buf head;
	uint64_t bytes, length_us;
};

/*
 * A walk over a track's samples FROM to TO - 1 in the order of decoding, with
 * their times on the movie's timeline, in ticks of the track.
 */
struct movie_walk {
	const struct movie *m;
	const struct movie_track *t;
	size_t track, fragment, sample; /* of the present one */
	int64_t dts, pts, lasts;
	int64_t offset; /* of the next one in its fragment */
	bool begun;
};
void movie_walk_begin(
    struct movie_walk *w, const struct movie *m, size_t track);
bool movie_walk_next(struct movie_walk *w);

/* Place all fragments on one timeline: their SHIFT_US.  0, or -1, ENOMEM. */
int movie_place(struct movie *m);

/*
 * Choose what is in the movie: FROM to SHOWN of each track, of which FROM and
 * TO have all until now.  0, or -1 with errno ENODATA.
 */
int movie_choose(struct movie *m, uint64_t skip_us, uint64_t length_us);

/* Write the head, and set each fragment's AT.  0, or -1, ENOMEM. */
int movie_write(struct movie *m);

#endif
