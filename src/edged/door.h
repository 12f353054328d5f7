#ifndef EDGED_DOOR_H
#define EDGED_DOOR_H

#include "conf.h"
#include "crowd.h"
#include "pool.h"

/*
 * Where connections come in, and stay whenever there is nothing to be done for
 * them: one thread looks after all that have not said a whole request yet, wait
 * for something to happen, read slowly, or are idle.  The others are the
 * pool's.
 */
struct door;

struct door_conf {
	struct conf_address address;
	size_t connections;     /* at once */
	size_t per_address;     /* of them, from one address; 0: any number */
	unsigned keep_alive_ms; /* how long one may wait for more */
	unsigned head_ms;       /* how long a request may take to come */
	struct trust trust;     /* of these addresses any number */
};

/* Listen; what has something to say is put into P.  NULL after reporting the
 * cause. */
struct door *door_open(
    const struct door_conf *conf, struct pool *p, struct crowd *crowd);

/* The port that it listens on. */
unsigned door_port(const struct door *d);

/* Look after C, which a thread of the pool had, in state WANT from now on. */
void door_take(struct door *d, struct conn *c, enum conn_state want);

/* Those that wait are to be answered, whatever they wait for. */
void door_drain(struct door *d);

/* Let nobody in any more; its thread has ended then. */
void door_stop(struct door *d);

/* Close what is left.  The pool is closed already. */
void door_close(struct door *d);

#endif
