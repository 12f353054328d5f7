#ifndef CAT_FILTER_H
#define CAT_FILTER_H

#include "event.h"
#include "opt.h"

/* Which events are asked for: all when neither list holds anything. */
struct filter {
	const struct opt_list *type;    /* names of types */
	const struct opt_list *subject; /* subjects; "a/" + "*": a prefix */
};

/* 0 when every type exists, or -1 after reporting one that does not. */
int filter_check(const struct filter *f);

bool filter_match(const struct filter *f, const struct event *e);

#endif
