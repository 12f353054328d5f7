#ifndef TRANSCODE_HARDWARE_H
#define TRANSCODE_HARDWARE_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>

/* What encodes: x264, or hardware by way of FFmpeg. */
enum hardware_kind {
	HARDWARE_NONE, /* libx264 */
	HARDWARE_VAAPI,
	HARDWARE_NVENC,
	HARDWARE_QSV
};

struct hardware {
	enum hardware_kind kind;
	bool frames;         /* frames must be its own: see hardware_upload */
	AVBufferRef *device; /* NULL where there is none to hold */
};

/*
 * Find what "auto", "software", "vaapi", "nvenc" or "qsv" means here, by a
 * trial: some frames are encoded.  Auto takes the first hardware that does
 * it, else x264, and says which; a kind that was asked for by its name and
 * does not work is an error.  Before the sandbox: drivers are loaded.  0, or
 * -1 after reporting the cause.
 */
int hardware_open(struct hardware *h, const char *wish);
void hardware_close(struct hardware *h);

/* FFmpeg's encoder. */
const AVCodec *hardware_codec(const struct hardware *h);

/* The format of frames that it takes, or that can be uploaded for it. */
enum AVPixelFormat hardware_format(const struct hardware *h);

/* Prepare C, which has its size, for encoder H.  0, or -1. */
int hardware_set(const struct hardware *h, AVCodecContext *c);

/* F as a frame of C's hardware.  NULL after reporting. */
AVFrame *hardware_upload(AVCodecContext *c, const AVFrame *f);

#endif
