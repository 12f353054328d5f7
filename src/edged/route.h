#ifndef EDGED_ROUTE_H
#define EDGED_ROUTE_H

#include "broadcast.h"
#include "str.h"

#include <stdint.h>

/* What a request's target means: the only place that knows our URLs. */

enum route_kind {
	ROUTE_BAD,     /* no client of ours says this: 400 */
	ROUTE_UNKNOWN, /* a page that is not there */
	ROUTE_HOME,
	ROUTE_CHANNEL_PAGE,
	ROUTE_MULTIVARIANT,
	ROUTE_PLAYLIST,
	ROUTE_MEDIA,
	ROUTE_ASSET,
	ROUTE_FILE, /* of the bundle's top level, such as /robots.txt */
	ROUTE_API_CHANNELS,
	ROUTE_API_CHANNEL,
	ROUTE_API_UNKNOWN,
	ROUTE_HEALTH,
	ROUTE_METRICS,
	ROUTE_KINDS
};

enum { ROUTE_MAX_TARGET = 8192, ROUTE_FILE_SIZE = 160 };

struct route {
	enum route_kind kind;
	char channel[NAME_SIZE];
	/* In a path, or as the query's broadcast; "" when not given. */
	char broadcast[NAME_SIZE];
	char track[NAME_SIZE];
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
 * of dots make the target bad.
 */
void route_parse(struct str path, struct str query, struct route *out);

#endif
