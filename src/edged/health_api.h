#ifndef EDGED_HEALTH_API_H
#define EDGED_HEALTH_API_H

#include "answer.h"

/* How a channel's broadcast is doing, for operators. */
void health_api(struct site *site, struct exchange *x, const struct route *r);

#endif
