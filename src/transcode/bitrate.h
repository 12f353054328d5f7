#ifndef TRANSCODE_BITRATE_H
#define TRANSCODE_BITRATE_H

#include <stdint.h>

/*
 * How many bits a second an H.264 rendition of WIDTH x HEIGHT is given, by
 * the table in docs/weir-transcode.md: between its sizes in proportion to
 * pixels, and more where there are more than 30 frames a second.
 */
uint64_t bitrate_of(unsigned width, unsigned height, unsigned frame_rate_mhz);

#endif
