#include "fferr.h"

#include <errno.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <stdio.h>
#include <string.h>

/*
 * FFmpeg's RTMP tells why a server refused in its log and nowhere else, and
 * its log knows of no caller.  So each thread keeps what it heard.
 */
static _Thread_local char ff_said[FFERR_SIZE];

static void
hear(void *context, int level, const char *format, va_list args)
{
	static const char prefix[] = "Server error: ";

	(void)context;
	(void)level;
	if (strncmp(format, prefix, sizeof(prefix) - 1) != 0)
		return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)vsnprintf(ff_said, sizeof(ff_said), format, args);
#pragma GCC diagnostic pop
	memmove(ff_said, ff_said + sizeof(prefix) - 1,
	    sizeof(ff_said) - (sizeof(prefix) - 1));
	/* It is a stranger's: one line of text, and no more. */
	for (char *p = ff_said; *p != '\0'; p++)
		if (*p == '\n' && p[1] == '\0')
			*p = '\0';
		else if (*p < ' ' || *p > '~')
			*p = '?';
}

void
fferr_quiet(void)
{
	av_log_set_callback(hear);
}

void
fferr_said(char dst[FFERR_SIZE])
{
	(void)snprintf(dst, FFERR_SIZE, "%s", ff_said);
	ff_said[0] = '\0';
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
