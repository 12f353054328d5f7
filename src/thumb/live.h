#ifndef THUMB_LIVE_H
#define THUMB_LIVE_H

#include "air.h"
#include "order.h"
#include "say.h"

/* Live broadcasts: a picture, and how loud it is. */

/*
 * Put into O, which is about S, what its newest segments are asked for.  1; 0
 * when there is nothing new to be seen or heard; or -1 with errno.
 */
int live_order(struct order *o, struct log *l, struct air_show *s);

/*
 * Take ANSWER: keep its pictures below MEDIA_DIR, and say what is new.  How
 * many pictures came, or -1 with errno.
 */
int live_take(struct air_show *s, struct str answer, const char *media_dir,
    struct say *say);

/* Say again what was heard of S last, when that is due. */
void live_repeat(struct air_show *s, struct say *say, uint64_t now_us);

#endif
