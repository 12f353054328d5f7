#ifndef TRANSCODE_COMPAT_H
#define TRANSCODE_COMPAT_H

#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <stdbool.h>

/* What FFmpeg 5.1 and 7.1 call by different names. */

static inline bool
frame_interlaced(const AVFrame *f)
{
#ifdef AV_FRAME_FLAG_INTERLACED
	return (f->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
	return f->interlaced_frame != 0;
#endif
}

#endif
