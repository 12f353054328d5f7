#ifndef EDGED_PLAYLIST_H
#define EDGED_PLAYLIST_H

#include "broadcast.h"
#include "buf.h"

/*
 * HLS playlists (RFC 8216) of a folded broadcast, as bytes.  Protocol
 * version 7: media playlists of fragmented MP4 name their initialization
 * section by EXT-X-MAP without being I-frame playlists (section 7).
 */

/* Bytes that either playlist stays below: 2,048 segments of each 300. */
enum { PLAYLIST_MAX_BYTES = 1024 * 1024 };

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

#endif
