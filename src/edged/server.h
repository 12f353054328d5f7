#ifndef EDGED_SERVER_H
#define EDGED_SERVER_H

#include "answer.h"
#include "conf.h"

#include <stddef.h>

/* civetweb, made to do nothing but what answer() does. */
struct server;

struct server_conf {
	struct conf_address address;
	size_t threads;         /* connections at once */
	size_t per_address;     /* of them, from one address; 0: any number */
	unsigned keep_alive_ms; /* how long a connection may wait for more */
	unsigned head_ms;       /* how long a first request's head may take */
};

/*
 * Listen and answer with SITE, which is borrowed and whose pool is set.
 * NULL after reporting the cause.
 */
struct server *server_open(const struct server_conf *conf, struct site *site);

/* The port that it listens on. */
unsigned server_port(const struct server *s);

/* Once in a while: sees to it that threads are left for newcomers. */
void server_tick(struct server *s);

/*
 * Answer what was begun; new requests get 503.  How many are still being
 * answered.
 */
size_t server_drain(struct server *s);

/* Close every connection, whatever it waits for, and the port. */
void server_close(struct server *s);

#endif
