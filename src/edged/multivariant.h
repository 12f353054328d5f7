#ifndef EDGED_MULTIVARIANT_H
#define EDGED_MULTIVARIANT_H

#include "broadcast.h"
#include "buf.h"

/*
 * The multivariant playlist of a folded broadcast (in RFC 8216: master
 * playlist, 4.3.4).
 *
 * Each picture is a variant, with each group of sounds; a group has the sounds
 * of one codec, or all of them when these are not as many of each (4.3.4.1.1
 * wants the same members in each group).  The sound alone is a variant, too.
 *
 * The first variant is what players begin with, knowing nothing of the
 * viewer's line yet: it is the best of those that H.264 decoders and a line of
 * 3 Mbit/s can do, or else the smallest.  The others follow from the best on,
 * since some players take whatever is next to what they have.
 */

/*
 * Write that of B to OUT.  URIs are relative to where it is, and end with
 * QUERY.  0, or -1 with errno ENOMEM or EMSGSIZE.
 */
int multivariant_put(
    const struct broadcast *b, const char *query, struct buf *out);

#endif
