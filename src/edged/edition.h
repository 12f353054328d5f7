#ifndef EDGED_EDITION_H
#define EDGED_EDITION_H

#include "body.h"
#include "broadcast.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A track as it was when it last changed, and its playlists, each of which is
 * made when it is first asked for and then sent to everybody.  It never
 * changes, and lives until the last holder lets go.
 */

/* EXT-X-PLAYLIST-TYPE (RFC 8216, 4.3.3.5): LIVE has none. */
enum edition_form { EDITION_LIVE, EDITION_EVENT, EDITION_VOD };
enum { EDITION_FORMS = EDITION_VOD + 1 };

/*
 * Which playlist: all that the track's window has, its delta update, or the
 * last so and so long of it, of the EDITION_WINDOWS lengths there are.
 */
enum {
	EDITION_FULL,
	EDITION_DELTA,
	EDITION_WINDOW,
	EDITION_WINDOWS = 8,
	EDITION_BODIES = EDITION_WINDOW + EDITION_WINDOWS
};

/* How far another track of the broadcast is. */
struct edition_report {
	char track[NAME_SIZE];
	uint64_t last;
	size_t parts; /* of it, or 0 */
};

struct edition {
	atomic_uint holders;
	char broadcast[NAME_SIZE], track[NAME_SIZE];
	enum edition_form form;
	bool ended;       /* nothing will follow */
	bool low_latency; /* it has, or will have, parts */
	bool dependent;
	bool gaps; /* some segment is one */
	unsigned target_s;
	uint64_t part_us; /* the part target, or 0 */

	/* Media sequence numbers, as in the playlist. */
	struct pages *pages;
	uint64_t first;      /* of its first segment */
	uint64_t lines;      /* before this one, those of PAGES are written */
	uint64_t growing;    /* of the segment that grows, or will */
	uint64_t skip;       /* the first that a delta update has, or FIRST */
	uint64_t delta_us;   /* then all that ask for one know the others */
	size_t parts;        /* of the segment that grows, so far */
	size_t before_parts; /* of the segment before; 0: not known */

	uint64_t growing_msn; /* the number of its file */
	uint32_t last_run, growing_run;
	bool growing_discontinuity, lost;

	struct edition_report report[BROADCAST_MAX_TRACKS];
	size_t reports;

	pthread_mutex_t lock; /* guards these */
	struct body *body[EDITION_BODIES], *packed[EDITION_BODIES];

	size_t files; /* parts of files that PART tells */
	struct part part[];
};

/* The edition of T of B in FORM, held once.  NULL with errno ENOMEM. */
struct edition *edition_make(
    const struct broadcast *b, const struct track *t, enum edition_form form);

/* The same of N segments of its window, from the one at FIRST on. */
struct edition *edition_make_range(const struct broadcast *b,
    const struct track *t, enum edition_form form, size_t first, size_t n);
struct edition *edition_hold(struct edition *e); /* E may be NULL */
void edition_drop(struct edition **e);

/*
 * Playlist WHICH of E, with GZIP packed when that is worth it; borrowed from E.
 * Where there is no delta update, or those who ask for it may not know what it
 * leaves out, it is all of it.  NULL with errno ENOMEM or
 * EMSGSIZE.
 */
struct body *edition_body(struct edition *e, int which, bool gzip);

/*
 * The shortest of the windows that has WINDOW_US; else, and for 0,
 * EDITION_FULL.  Its length in seconds.
 */
int edition_window(uint64_t window_us);
unsigned edition_window_s(int which);

/* A place in a playlist that a player asks for (RFC 8216bis, 6.2.5.2). */
struct edition_place {
	uint64_t msn;
	uint64_t part;
	bool has_part; /* else all of the segment */
};

/* True when AT is in E, or E is the last there will be. */
bool edition_reaches(const struct edition *e, const struct edition_place *at);

/* True when AT is so far beyond E that no player of ours asks for it. */
bool edition_beyond(const struct edition *e, const struct edition_place *at);

#endif
