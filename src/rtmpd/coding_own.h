#ifndef RTMPD_CODING_OWN_H
#define RTMPD_CODING_OWN_H

#include "coding.h"

/*
 * Codecs from within, for the files that are them: coding.c has the table of
 * the functions below, coding_video.c and coding_audio.c have those.
 */
typedef int coding_configure_fn(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why);
typedef enum coding_verdict coding_frame_fn(
    struct coding_config *c, struct coding_frame *f);

coding_configure_fn coding_h264_configure, coding_hevc_configure,
    coding_av1_configure, coding_av1_descriptor, coding_vp9_configure;
coding_frame_fn coding_h264_frame, coding_hevc_frame, coding_av1_frame,
    coding_vp9_frame;

coding_configure_fn coding_aac_configure, coding_opus_configure,
    coding_opus_channels, coding_flac_configure, coding_bare_configure;
coding_frame_fn coding_aac_frame, coding_opus_frame, coding_flac_frame,
    coding_ac3_frame, coding_eac3_frame, coding_mp3_frame;

/* P becomes C's record.  0, or -1 with errno EBADMSG: it is too long. */
int coding_keep(struct coding_config *c, const uint8_t *p, size_t len);

/* Say WHY, with errno ERROR; -1. */
int coding_refuse(const char **why, int error, const char *because);

#endif
