#ifndef COMPACT_PLAN_H
#define COMPACT_PLAN_H

#include "log.h"
#include "rule.h"

/* What a rule comes to in the log as it stands. */
struct plan {
	const struct rule *rule;
	uint64_t events, bytes; /* of the type, now */
	uint64_t until;         /* the last seq that goes; 0: nothing does */
	uint64_t gone_events, gone_bytes;
	uint64_t first;  /* seq of the first that goes */
	uint64_t newest; /* that go not, since a subject has no newer one */
};

/*
 * Find out what RULES come to in L: PLAN has one entry for each.  NOW_US is
 * the time of day.  0, or -1 after reporting.
 */
int plan_make(struct log *l, const struct rules *rules, uint64_t now_us,
    struct plan *plan);

#endif
