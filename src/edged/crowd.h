#ifndef EDGED_CROWD_H
#define EDGED_CROWD_H

#include "address.h"

#include <stddef.h>

/* How much each address has at once: connections, or requests through a proxy.
 * For any number of threads. */
struct crowd;

/* MOST of one address, 0: any number; SIZE in all.  NULL with errno. */
struct crowd *crowd_open(size_t most, size_t size);
void crowd_close(struct crowd *c);

/* One more of A; false when that is more than it may have.  It counts. */
bool crowd_enter(struct crowd *c, const struct address *a);

/* One less. */
void crowd_leave(struct crowd *c, const struct address *a);

#endif
