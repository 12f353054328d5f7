#ifndef EDGED_PLAYLIST_H
#define EDGED_PLAYLIST_H

#include "broadcast.h"
#include "buf.h"

/*
 * HLS playlists (RFC 8216) of a folded broadcast, as bytes.  Protocol
 * version 7: media playlists of fragmented MP4 name their initialization
 * section by EXT-X-MAP without being I-frame playlists (section 7).  The
 * low-latency ones are of RFC 8216bis (draft-pantos-hls-rfc8216bis), whose
 * delta updates want version 9 (section 8).
 */

/* Bytes that either playlist stays below: 2,048 segments of each 350, and
 * 4,096 parts of each 150. */
enum { PLAYLIST_MAX_BYTES = 2 * 1024 * 1024 };

/*
 * The multivariant playlist of B (in RFC 8216: master playlist, 4.3.4):
 * each video track is a variant and shares the group of the audio tracks;
 * without video each audio track is a variant.  URIs are relative to
 * /live/<channel>/ and name the broadcast, so that no player sees two of
 * them under one URL.  0, or -1 with errno ENOMEM or EMSGSIZE.
 */
int playlist_multivariant(const struct broadcast *b, struct buf *out);

/*
 * The media playlist of track T of B (4.3.3): a live one, or a closed one
 * when B has ended.  0, or -1 as above.
 */
int playlist_media(
    const struct broadcast *b, const struct track *t, struct buf *out);

/*
 * The same as a delta update (RFC 8216bis, 4.4.5.2), without the segments
 * that playlist_skippable() counts.
 */
int playlist_delta(
    const struct broadcast *b, const struct track *t, struct buf *out);

/* How many segments a delta update leaves out; 0: there is none. */
size_t playlist_skippable(const struct broadcast *b, const struct track *t);

#endif
