#ifndef LOGD_RETENTION_H
#define LOGD_RETENTION_H

#include "bus.h"
#include "removal.h"
#include "writer.h"

/*
 * Carries out what RemovalOrdered events order, a step at a time.  An order
 * is open from its event until EventsRemoved stands behind it in the same
 * subject, retention/<type>; so there is one for each type, and all that one
 * needs to know is in the log.  docs/durability.md: D60 to D63.
 */
struct retention;

/* W is borrowed.  NULL with errno ENOMEM. */
struct retention *retention_open(struct log_writer *w);
void retention_close(struct retention *t);

/* Why the order E may not be stored, for people, or NULL: it may. */
const char *retention_refusal(struct retention *t, const struct event *e);

/*
 * Go on with all open orders, for some milliseconds; nothing may be staged
 * in the writer.  0 with *OUT, or -1 after reporting why this process must
 * end: the disk's state is not known any more.
 */
int retention_step(struct retention *t, struct bus_removal *out);

/*
 * The next order that is carried out: true with *E, the EventsRemoved that
 * is to be appended now, valid until the next call.
 */
bool retention_done(struct retention *t, struct event *e);

/* How many orders are open still. */
size_t retention_orders(struct retention *t);

#endif
