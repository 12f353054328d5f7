#ifndef SRTD_LISTENER_H
#define SRTD_LISTENER_H

#include "conf.h"
#include "gate.h"
#include "ingest.h"
#include "link.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The socket that encoders call, and those who came in.  libsrt has no
 * descriptors to wait for; and what its sockets have is due at times that it
 * keeps by itself (the latency).  So while anybody is here all are looked at
 * every so often, at the same instants: that is fewer turns than a wake-up
 * for each packet.  While nobody is, an eventfd tells that somebody comes.
 */
struct listener;

struct listener_limits {
	uint64_t connections, per_address;
	uint64_t start_s;    /* from coming in to the first media */
	uint64_t idle_s;     /* an encoder that says nothing */
	uint64_t latency_ms; /* at least; an encoder may want more */
};

/* Borrowed for the life of the listener, what it points to. */
struct listener_setup {
	struct ingest *ingest;
	struct figures *figures;
	struct link_figures *links;
	struct listener_limits limits;
	const char *source;
};

/*
 * Listen at ADDRESS.  NULL after reporting the cause; *PERMANENT then says
 * that trying again is no use.
 */
struct listener *listener_open(const struct listener_setup *setup,
    const struct conf_address *address, bool *permanent);
void listener_close(struct listener *l);

/* Where it listens, as HOST:PORT; of listener_open's address the real port. */
const char *listener_address(const struct listener *l);

/* Let time limits take effect; to be called every 100 ms or so. */
void listener_tick(struct listener *l, uint64_t now_ms);

size_t listener_connections(const struct listener *l);

/*
 * Let nobody in any more, and have every encoder leave.  Their broadcasts end,
 * or with ON wait for them to come back.
 */
void listener_drain(struct listener *l, bool on);

#endif
