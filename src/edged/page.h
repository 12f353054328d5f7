#ifndef EDGED_PAGE_H
#define EDGED_PAGE_H

#include "str.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A track's segments, 256 to a page, and of each the lines that a playlist
 * has of it, written once.  A broadcast of a day has 86,400 segments a track,
 * and its playlist, of megabytes, changes ten times a second: so all but its
 * last lines are these, shared by whatever is sent of them.
 *
 * One thread adds to a page, and what was added never changes: whoever holds
 * the page may read as much of it as there was when it was handed over.  A
 * segment takes about 250 bytes, of which 130 are its lines.
 */

enum { PAGE_SEGMENTS = 256 };

struct segment {
	uint64_t msn; /* its file is <msn>.m4s */
	uint64_t start_us, duration_us, bytes;
	/* Where it begins when the track's segments play one after the other:
	 * 0 is its first, and a gap takes no time. */
	uint64_t at_us;
	uint32_t run; /* its initialization section is init-<run>.mp4 */
	bool discontinuity : 1, independent : 1;
	/* Its lines name that section, and when it begins. */
	bool map : 1, dated : 1;
	bool gap : 1; /* there is no such file, but other tracks have it */
};

struct page {
	atomic_uint holders;
	uint64_t sequence;        /* media sequence number of its first */
	uint64_t discontinuities; /* of the track, before this page */
	/* For the thread that adds: others know how many they were given. */
	size_t segments, lines;
	struct segment segment[PAGE_SEGMENTS];
	uint32_t end[PAGE_SEGMENTS]; /* where in TEXT its lines end */

	pthread_mutex_t lock; /* guards these, of a whole page */
	bool packed_tried, crc_known;
	uint32_t crc;
	size_t packed_bytes;
	unsigned char *packed;

	size_t text_cap;
	char text[];
};

/* Consecutive pages, all but the last of them full; it never changes. */
struct pages {
	atomic_uint holders;
	size_t n;
	struct page *page[];
};

struct pages *pages_hold(struct pages *p); /* P may be NULL */
void pages_drop(struct pages **p);

/*
 * Add S, which is number SEQUENCE, to *P (NULL: there is no page as yet).  Its
 * lines take LINE_MAX at most; DISCONTINUITIES of the track are before it.  0,
 * or -1 with errno ENOMEM.
 */
int pages_add(struct pages **p, const struct segment *s, uint64_t sequence,
    uint64_t discontinuities, size_t line_max);

/* LINES are those of segment SEQUENCE, the first in *P that has none. */
int pages_write(struct pages **p, uint64_t sequence, struct str lines);

/* Let go of the pages of *P that have nothing from SEQUENCE on. */
int pages_trim(struct pages **p, uint64_t sequence);

/* The page that has segment SEQUENCE of P, and *I there. */
const struct page *pages_find(
    const struct pages *p, uint64_t sequence, size_t *i);
const struct segment *pages_segment(const struct pages *p, uint64_t sequence);

/* Discontinuities of the track before segment SEQUENCE, which P has. */
uint64_t pages_discontinuities(const struct pages *p, uint64_t sequence);

/* The lines of P's segments from FIRST up to, and without, LAST. */
struct str page_lines(const struct page *p, uint64_t first, uint64_t last);

/*
 * All lines of P, every one of which is written: their CRC-32, and their bytes
 * as raw deflate data (RFC 1951) that ends at an octet and refers to nothing
 * before it; made once.  False when there is no memory.
 */
uint32_t page_crc(struct page *p);
bool page_packed(struct page *p, struct str *out);

/* What P takes of memory, in bytes. */
size_t pages_bytes(const struct pages *p);

#endif
