#ifndef EACH_MATCH_H
#define EACH_MATCH_H

#include "event.h"
#include "opt.h"

#include <stdbool.h>
#include <stddef.h>

/* Which events are asked for: all stored ones when neither list is given. */
enum { MATCH_MAX = 64 };
struct match {
	enum event_type type[MATCH_MAX];
	size_t types;
	const struct opt_list *subject; /* subjects; "a/" + "*": a prefix */
};

/*
 * Make *M from the options' lists; SUBJECT is borrowed.  0, or -1 after
 * reporting a type that does not exist or is never stored.
 */
int match_init(struct match *m, const struct opt_list *type,
    const struct opt_list *subject);

/*
 * What workers say to each other (WorkClaimed, WorkDone) matches only when
 * its type was named: a consumer of everything must not feed on itself.
 */
bool match_event(const struct match *m, const struct event *e);

#endif
