#ifndef SRTD_STREAMID_H
#define SRTD_STREAMID_H

#include "str.h"

#include <stddef.h>

/*
 * The stream id of SRT, as encoders send it: the only thing that an encoder
 * says of what it wants before it is let in.
 *
 *	#!::r=alice,m=publish,s=KEY	the standard syntax (SRT Access Control
 *	#!::r=KEY,m=publish,u=obs	Guidelines): key=value pairs; Blackmagic
 *	#!::bmd_uuid=..,r=KEY,..	and others add keys of their own
 *	#!:{r=KEY,m=publish}		the same in braces
 *	publish:KEY			mode and resource; so sends MediaMTX
 *	publish:alice:USER:KEY#..	with user and password behind it
 *	publish/live/KEY, live/KEY	a path, whose end is the key
 *	KEY				and nothing else
 *
 * Where the stream key stands differs, so all places are told, likeliest
 * first; a key holds none of the characters that separate.
 */
enum {
	STREAMID_MAX_BYTES = 512, /* as libsrt takes them */
	STREAMID_KEYS = 4
};

enum streamid_mode {
	STREAMID_PUBLISH, /* also where nothing is said: we only take */
	STREAMID_REQUEST, /* to play */
	STREAMID_BOTH,    /* bidirectional */
	STREAMID_ODD      /* none that the guidelines know */
};

struct streamid {
	enum streamid_mode mode;
	bool media; /* not a file, and no authentication of its own */
	struct str key[STREAMID_KEYS];
	size_t keys;
	/* What is to be published to; may be one of the keys; or empty. */
	struct str resource;
	struct str name; /* what the encoder calls itself, or empty */
	char text[STREAMID_MAX_BYTES + 1]; /* what those lie in */
};

/*
 * Take the LEN bytes of TEXT apart.  0, or -1 with errno EBADMSG and *WHY
 * telling people.  A stream id may be empty: then there is no key.
 */
int streamid_parse(
    struct streamid *id, const char *text, size_t len, const char **why);

#endif
