#ifndef EDGED_STILL_H
#define EDGED_STILL_H

#include "answer.h"

/*
 * Answer a request for pictures that weir-thumb made: of what is live on a
 * channel, or was last; of a recording; its storyboard, and a sheet of that.
 */
void still_answer(struct site *site, struct exchange *x, const struct route *r);

#endif
