#ifndef PUSH_FLV_H
#define PUSH_FLV_H

#include "nut.h"

/*
 * What RTMP carries, as the tags of an FLV file: H.264, AAC and MP3 as Adobe's
 * specification has them (Video File Format, version 10.1, annex E), other
 * codecs as Enhanced RTMP (veovera.org, version 2) does.
 */

/* A picture and a sound; NULL: none. */
struct flv_tracks {
	const struct media_track *video, *audio;
};

/* The first of each kind among N, into *T. */
void flv_choose(
    struct flv_tracks *t, const struct media_track *track, size_t n);

/* The name of a codec of T that FLV cannot carry as it is, or NULL. */
const char *flv_refuses(const struct flv_tracks *t);

/* Append the head of a file.  All of these: 0, or -1 with errno as buf_put. */
int flv_begin(struct buf *out);

/* Append what the tracks T are, at TIME_MS: metadata and configurations. */
int flv_describe(struct buf *out, const struct flv_tracks *t, uint32_t time_ms);

/* Append P, a frame of T, decoded at TIME_MS and shown LATER_MS after. */
int flv_frame(struct buf *out, const struct media_track *t,
    const struct nut_packet *p, uint32_t time_ms, int32_t later_ms);

#endif
