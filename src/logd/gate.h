#ifndef LOGD_GATE_H
#define LOGD_GATE_H

#include "privacy.h"
#include "retention.h"

/* Whom the gate asks; both are the keeper's. */
struct gate {
	struct retention *retention;
	struct privacy *privacy;
};

/*
 * What may come in: decode RAW, which came through DOOR, into *E, check it
 * against its schema *S, the door's list and, for an order, against what is
 * retained, and seal what is personal.  0; 1 with *OUT when it is not to be
 * stored, for WHY of CAP bytes if it is refused; -1 after reporting: end.
 */
int gate_take(const struct gate *g, enum bus_door door, struct str raw,
    struct event *e, const struct schema **s, struct bus_result *out, char *why,
    size_t cap);

#endif
