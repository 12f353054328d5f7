#ifndef DECODE_PICTURE_H
#define DECODE_PICTURE_H

#include "buf.h"

#include <stdbool.h>

/* Pictures as files. */
struct AVFrame;

enum picture_form { PICTURE_WEBP, PICTURE_JPEG };
enum { PICTURE_FORMS = PICTURE_JPEG + 1, PICTURE_MAX_BYTES = 8 * 1024 * 1024 };

/* "webp" or "jpg", as in a file's name. */
const char *picture_suffix(enum picture_form form);

/* True when the P of LEN bytes begins as a file of FORM does. */
bool picture_is(enum picture_form form, const uint8_t *p, size_t len);

/* Can this libavcodec write FORM?  JPEG it always can. */
bool picture_possible(enum picture_form form);

/* The pixel format that frames have to be in, of enum AVPixelFormat. */
int picture_pixels(enum picture_form form);

/*
 * Append F, whose pixels are FORM's, as a file to OUT; QUALITY is from 1 to
 * 100.  0, or -1 with errno ENOTSUP, EMSGSIZE or ENOMEM.
 */
int picture_write(const struct AVFrame *f, enum picture_form form,
    unsigned quality, struct buf *out);

#endif
