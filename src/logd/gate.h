#ifndef LOGD_GATE_H
#define LOGD_GATE_H

#include "bus.h"
#include "retention.h"

/*
 * What may come in: decode RAW, which came through DOOR, into *E and check it
 * against its schema *S, the door's list and, for an order, against T.  0, or
 * -1 with WHY of CAP bytes: it never will be accepted.
 */
int gate_take(struct retention *t, enum bus_door door, struct str raw,
    struct event *e, const struct schema **s, char *why, size_t cap);

#endif
