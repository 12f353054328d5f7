#ifndef EDGED_STREAM_H
#define EDGED_STREAM_H

#include "answer.h"

/*
 * Answers about streams: playlists, also those that are asked for before they
 * are there (RFC 8216bis, 6.2.5.2), and media, also of a segment that grows.
 * Nobody waits longer than three target durations.
 */

void stream_playlist(
    struct site *site, struct exchange *x, const struct route *r);
void stream_media(struct site *site, struct exchange *x, const struct route *r);

/*
 * The query of the URIs in a multivariant playlist: WHAT, which may be "", of
 * less than 100 bytes, and the last WINDOW_US unless that is 0.
 */
enum { STREAM_QUERY_SIZE = 128 };
void stream_query(
    char dst[STREAM_QUERY_SIZE], const char *what, uint64_t window_us);

#endif
