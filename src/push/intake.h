#ifndef PUSH_INTAKE_H
#define PUSH_INTAKE_H

#include "item.h"

/*
 * NUT on its way in, as items: configurations as records, access units
 * length-prefixed, frames of sound one by one, whatever form they came in.
 */
struct intake;

/* ITEM is called for each; it holds on to what it wants to keep. */
typedef void intake_fn(void *arg, struct item *item);

/* NULL with errno ENOMEM. */
struct intake *intake_open(intake_fn *fn, void *arg);
void intake_close(struct intake *in);

/* Where to put up to *ROOM bytes that were read.  NULL with errno ENOMEM. */
uint8_t *intake_space(struct intake *in, size_t *room);

/*
 * N bytes are there.  0, or -1 with errno: EBADMSG (it cannot be read; *WHY is
 * a sentence's end for people), or ENOMEM.
 */
int intake_filled(struct intake *in, size_t n, const char **why);

/* No more will come.  As above. */
int intake_end(struct intake *in, const char **why);

#endif
