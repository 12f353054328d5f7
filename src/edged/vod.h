#ifndef EDGED_VOD_H
#define EDGED_VOD_H

#include "answer.h"

/*
 * Answers about recordings: their playlists, which a broadcast has from its
 * first segment on, and the API's lists of them.
 */

void vod_playlist(struct site *site, struct exchange *x, const struct route *r);
void vod_api_broadcast(
    struct site *site, struct exchange *x, const struct route *r);
void vod_api_broadcasts(
    struct site *site, struct exchange *x, const struct route *r);

/*
 * The live playlists of BROADCAST, which is over: as they were in the end.
 */
void vod_closed(struct site *site, struct exchange *x, const struct route *r,
    const char *broadcast);

#endif
