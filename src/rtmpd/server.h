#ifndef RTMPD_SERVER_H
#define RTMPD_SERVER_H

#include "admission.h"
#include "alarm.h"
#include "broadcast.h"
#include "conf.h"
#include "figures.h"
#include "poller.h"
#include "tls.h"

#include <stdbool.h>
#include <stdint.h>

/* The listeners and their connections. */
struct server;

struct server_limits {
	uint64_t connections, per_address;
	uint64_t start_s; /* from accept to publish */
	uint64_t idle_s;  /* a publisher that sends no byte */
};

/* Borrowed for the life of the server. */
struct server_setup {
	struct poller *poller;
	struct alarms *alarms;
	struct admissions *admissions;
	struct broadcasts *broadcasts;
	struct figures *figures;
	struct server_limits limits;
	int64_t pace_us; /* sockets are read so often, where nothing is known */
};

/*
 * Listen at ADDRESS.  NULL after reporting the cause; *PERMANENT then says
 * that trying again is no use.
 */
struct server *server_open(const struct server_setup *setup,
    const struct conf_address *address, bool *permanent);
void server_close(struct server *s);

/*
 * Listen at ADDRESS, too, for those who come by TLS, which is borrowed for the
 * life of the server.  0, or -1 as server_open().
 */
int server_open_secure(struct server *s, const struct conf_address *address,
    struct tls *tls, bool *permanent);

/*
 * Where it listens, as HOST:PORT, with the real port; NULL where it does not.
 */
const char *server_address(const struct server *s);
const char *server_secure_address(const struct server *s);

/* Let time limits take effect; to be called every 100 ms or so. */
void server_tick(struct server *s, uint64_t now_ms);

size_t server_connections(const struct server *s);

/* Accept nothing more, and have every encoder leave: see conns_drain(). */
void server_drain(struct server *s, bool on);

#endif
