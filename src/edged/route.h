#ifndef EDGED_ROUTE_H
#define EDGED_ROUTE_H

#include "broadcast.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>

/* What a request's target means: the only place that knows our URLs. */

enum route_kind {
	ROUTE_BAD,     /* no client of ours says this: 400 */
	ROUTE_UNKNOWN, /* a page that is not there */
	ROUTE_HOME,
	ROUTE_CHANNEL_PAGE,
	ROUTE_MULTIVARIANT,
	ROUTE_PLAYLIST,
	ROUTE_MANIFEST,
	ROUTE_VOD_PAGE,
	ROUTE_VOD_MULTIVARIANT,
	ROUTE_VOD_PLAYLIST,
	ROUTE_VOD_DOWNLOAD,
	ROUTE_CLIP_PAGE,
	ROUTE_CLIP_MULTIVARIANT,
	ROUTE_CLIP_PLAYLIST,
	ROUTE_CLIP_MANIFEST,
	ROUTE_CLIP_DOWNLOAD,
	ROUTE_VOD_MANIFEST,
	ROUTE_MEDIA,
	ROUTE_LIVE_THUMB, /* a picture; FILE is "webp" or "jpg" */
	ROUTE_VOD_THUMB,
	ROUTE_VOD_STORYBOARD,
	ROUTE_SHEET, /* of a storyboard: a file below the media folder */
	ROUTE_STUDIO_PAGE,
	ROUTE_ASSET,
	ROUTE_FILE, /* of the bundle's top level, such as /robots.txt */
	ROUTE_API_CHANNELS,
	ROUTE_API_CHANNEL,
	ROUTE_API_HEALTH, /* of a channel */
	ROUTE_API_TIME,
	ROUTE_API_BROADCASTS, /* of a channel */
	ROUTE_API_BROADCAST,
	ROUTE_API_CLIPS, /* where clips are made */
	ROUTE_API_CLIP,
	ROUTE_API_CHANNEL_CLIPS,
	ROUTE_API_UNKNOWN,
	ROUTE_HEALTH,
	ROUTE_METRICS,
	ROUTE_KINDS
};

enum { ROUTE_MAX_TARGET = 8192, ROUTE_FILE_SIZE = 160, ROUTE_AT_SIZE = 48 };

struct route {
	enum route_kind kind;
	char channel[NAME_SIZE];
	/* In a path, or as the query's broadcast (or before, of a list); ""
	 * when not given. */
	char broadcast[NAME_SIZE];
	char track[NAME_SIZE];
	char clip[NAME_SIZE]; /* or the query's before, of a list of clips */
	/* Of a playlist: what its query asks (RFC 8216bis, 6.2.5). */
	bool has_msn, has_part;
	uint64_t msn, part; /* _HLS_msn (or a segment's number), _HLS_part */
	bool skip;          /* _HLS_skip */
	char at[ROUTE_AT_SIZE]; /* at: when, or at which seq; "": now */
	uint64_t window_us;     /* of a playlist, the last so much; 0: all */
	bool event;             /* form=event, of a recording */
	uint64_t limit;         /* of a list; 0: not given */
	bool segment;           /* of media: it is segment MSN, FILE its file */
	/*
	 * Where the file lies below the media folder or the bundle, spelled
	 * by us from the parts that were understood: it has no step that is
	 * empty or begins with a dot.
	 */
	char file[ROUTE_FILE_SIZE];
};

/*
 * Read PATH, as it stands in the request before the query, and QUERY (what
 * follows '?', or empty), RFC 3986.  Octets are decoded once; an encoded
 * slash, backslash or control character, a malformed escape and a step
 * of dots make the target bad, as does a playlist's query that says one of ours
 * twice or wrong, or _HLS_part without _HLS_msn; what else is in it is nobody's
 * business.
 */
void route_parse(struct str path, struct str query, struct route *out);

#endif
