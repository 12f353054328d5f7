#ifndef MEDIA_H
#define MEDIA_H

#include "edition.h"

/* For tests: playlists as one text. */

/* Append the bytes of BODY. */
static inline int
media_flat(const struct body *body, struct buf *out)
{
	for (size_t i = 0; i < body->pieces; i++)
		if (buf_put(out, body->piece[i].iov_base,
			body->piece[i].iov_len) == -1)
			return -1;
	return 0;
}

/* Playlist WHICH of E into OUT, which then ends with a NUL behind it. */
static inline int
media_text(struct edition *e, int which, bool gzip, struct buf *out)
{
	struct body *body = e != NULL ? edition_body(e, which, gzip) : NULL;

	buf_reset(out);
	if (body == NULL || media_flat(body, out) == -1 ||
	    buf_put(out, "", 1) == -1 || out->len != body->bytes + 1)
		return -1;
	out->len--;
	return 0;
}

/* The same of T of B, as it is now. */
static inline int
media_now(const struct broadcast *b, const struct track *t, int which,
    struct buf *out)
{
	struct edition *e = edition_make(b, t, EDITION_LIVE);
	int r = media_text(e, which, false, out);

	edition_drop(&e);
	return r;
}

#endif
