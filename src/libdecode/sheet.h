#ifndef DECODE_SHEET_H
#define DECODE_SHEET_H

#include "still.h"

/* Many small pictures in one, row by row: a sheet of a storyboard. */
struct sheet;

enum { SHEET_MAX_SIDE = 4096, SHEET_MAX_PICTURES = 256 };

/*
 * An empty sheet, black, of COLUMNS pictures of WIDTH x HEIGHT (even) in a row,
 * for PICTURES of them.  NULL with errno EINVAL (more or larger than a sheet
 * may have) or ENOMEM.
 */
struct sheet *sheet_open(enum picture_form form, unsigned width,
    unsigned height, unsigned columns, unsigned pictures);
void sheet_close(struct sheet *s);

/* Put the picture of P into place AT.  As still_draw(). */
int sheet_put(struct sheet *s, unsigned at, struct still *p);

/* As picture_write(). */
int sheet_write(const struct sheet *s, unsigned quality, struct buf *out);

#endif
