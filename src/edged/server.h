#ifndef EDGED_SERVER_H
#define EDGED_SERVER_H

#include "answer.h"
#include "door.h"

#include <stddef.h>

/* The HTTP server: the door, the threads, and on both requests that answer()
 * answers. */
struct server;

struct server_conf {
	struct door_conf door;
	size_t threads; /* that answer */
};

/*
 * Listen and answer with SITE, which is borrowed and whose pool is set.
 * NULL after reporting the cause.
 */
struct server *server_open(const struct server_conf *conf, struct site *site);

/* The port that it listens on. */
unsigned server_port(const struct server *s);

/*
 * Answer what was begun; new requests get 503.  How many are still being
 * answered.
 */
size_t server_drain(struct server *s);

/* Close every connection, whatever it waits for, and the port. */
void server_close(struct server *s);

#endif
