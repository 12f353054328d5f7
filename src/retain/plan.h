#ifndef RETAIN_PLAN_H
#define RETAIN_PLAN_H

#include "recordings.h"
#include "rule.h"
#include "stock.h"

/*
 * What rules come to.  A recording goes as a whole once it is too old, or is
 * the oldest while there are too many bytes.  Of a broadcast that is live its
 * old part goes, as far as no live playlist names it.  What a clip needs stays.
 */

/*
 * Decide what goes of each of the recordings R: their cut, take and reason.
 * NOW_US is the time of day.  0, or -1 with errno.
 */
int plan_make(struct recordings *r, const struct rules *rules, struct log *l,
    uint64_t now_us);

/* Mark what of R, which is B folded, goes as was decided: bytes. */
uint64_t plan_mark(struct stock *r, const struct listed *b);

#endif
