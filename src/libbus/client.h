#ifndef BUS_CLIENT_H
#define BUS_CLIENT_H

#include "pending.h"

/* What the calls that wait (wait.c) need of the client beyond bus.h. */

/* As bus_append(): have weir-logd go on with removals. */
int client_remove(struct bus_client *c, pending_removed_fn *done, void *arg);

/* The request that was made last, and is not answered. */
struct pending *client_newest(struct bus_client *c);

/* Nobody wants to know the answer to P any more; frees it. */
void client_forget(struct bus_client *c, struct pending *p);

#endif
