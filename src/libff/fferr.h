#ifndef FF_FFERR_H
#define FF_FFERR_H

/*
 * What FFmpeg's libraries say on stderr may hold addresses with keys in them:
 * have them say nothing.  Their errors come back as numbers, and what the other
 * side said by fferr_said().
 */
void fferr_quiet(void);

enum { FFERR_SIZE = 160 };

/* The error CODE, AVERROR(something), for people into DST. */
void fferr_text(char dst[FFERR_SIZE], int code);

/* The same as errno has it; EIO where it has none. */
int fferr_errno(int code);

/*
 * What an RTMP server told this thread as the reason of its last refusal,
 * into DST, and forget it; "" when it told nothing.
 */
void fferr_said(char dst[FFERR_SIZE]);

#endif
