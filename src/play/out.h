#ifndef PLAY_OUT_H
#define PLAY_OUT_H

#include "mix.h"

/* A stream onto a descriptor, as NUT or MPEG-TS. */
struct out;

enum out_format { OUT_NUT, OUT_TS };

/* NULL with errno. */
struct out *out_open(int fd, enum out_format format);
void out_close(struct out *o);

/*
 * Write F, behind a new beginning when the tracks, those of M, are others.
 * What is written waits for out_flush(), but for more than a while.  0, or -1
 * with errno: EPIPE (nobody reads), ENOTSUP after reporting (a codec that the
 * format cannot carry), or the system's.
 */
int out_frame(struct out *o, const struct mix *m, const struct mix_frame *f);
int out_flush(struct out *o);

#endif
