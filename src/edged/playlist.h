#ifndef EDGED_PLAYLIST_H
#define EDGED_PLAYLIST_H

#include "body.h"
#include "edition.h"

/*
 * HLS playlists (RFC 8216) of a folded broadcast.  Protocol
 * version 7: media playlists of fragmented MP4 name their initialization
 * section by EXT-X-MAP without being I-frame playlists (section 7).  The
 * low-latency ones are of RFC 8216bis (draft-pantos-hls-rfc8216bis), whose
 * delta updates want version 9 (section 8).
 */

/* Bytes that a multivariant playlist, or what is made anew of a media
 * playlist, stays below: recent segments of each 350, and 4,096 parts of each
 * 150. */
enum { PLAYLIST_MAX_BYTES = 2 * 1024 * 1024 };

/*
 * A media playlist (4.3.3) of EDITION from segment FIRST on; as a delta update
 * (RFC 8216bis, 4.4.5.2) when it SKIPs those before another one.
 */
struct playlist {
	const struct edition *edition;
	uint64_t first, skip;
	/* Of these the lines are taken as they were written. */
	uint64_t lines_first, lines_last;
};

/* Say which lines of P's those are. */
void playlist_lines(struct playlist *p);

/* P, whose lines are said.  NULL with errno ENOMEM or EMSGSIZE. */
struct body *playlist_body(const struct playlist *p);

/* The first segment that a delta update of E has; E's first: there is none. */
uint64_t playlist_skip(const struct edition *e);

/*
 * The skip boundary.  Who asks for a delta update has a playlist that is at
 * most half as old (RFC 8216bis, 6.2.5.1).
 */
uint64_t playlist_skip_us(const struct edition *e);

#endif
