#include "fferr.h"

#include <errno.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <stdio.h>

void
fferr_quiet(void)
{
	av_log_set_level(AV_LOG_QUIET);
}

void
fferr_text(char dst[FFERR_SIZE], int code)
{
	if (av_strerror(code, dst, FFERR_SIZE) < 0)
		(void)snprintf(dst, FFERR_SIZE, "error %d", code);
}

int
fferr_errno(int code)
{
	/* FFmpeg's own codes are made of letters, and far below these. */
	return code < 0 && code > -4096 ? AVUNERROR(code) : EIO;
}
