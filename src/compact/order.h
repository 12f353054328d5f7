#ifndef COMPACT_ORDER_H
#define COMPACT_ORDER_H

#include "bus.h"
#include "plan.h"

/*
 * Order what PLAN says: then it is in the log, and weir-logd will do it when
 * asked to.  0, or an exit code after reporting why not.
 */
int order_put(
    struct bus_client *bus, struct log *l, const struct plan *plan, bool force);

/*
 * Have weir-logd carry out all open orders, step by step.  0, or an exit code
 * after reporting why not.
 */
int order_finish(struct bus_client *bus);

/*
 * Tell on stdout what was done since the log stood at HEAD, a line for each
 * EventsRemoved.  0, or an exit code after reporting.
 */
int order_report(struct log *l, uint64_t head);

#endif
