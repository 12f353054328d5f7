#ifndef BUS_SERVER_H
#define BUS_SERVER_H

#include "bus.h"
#include "wire.h"

#include <zmq.h>

/*
 * The bus as weir-logd serves it: requests come in through several doors and
 * are answered in any order, events go out to whoever listens.  Nothing
 * here blocks, and nothing a peer sends does more than to count.
 */
struct bus_server;

/*
 * Bind the four sockets under $WEIR_RUN, which must be there and ours
 * alone (see daemon_run()'s lock).  NULL with errno: ENAMETOOLONG when
 * $WEIR_RUN does not fit an address of a socket (107 bytes in all), those
 * of bind(2).
 */
struct bus_server *bus_server_open(void);

/* Close; answers that were sent still go out for half a second. */
void bus_server_close(struct bus_server *s);

/* The czmq socket of DOOR, for zloop_reader(). */
void *bus_server_socket(struct bus_server *s, enum bus_door door);

/*
 * One request.  It holds libzmq messages and so is not copied by
 * assignment; what it gives out lies in them until it is released.
 */
struct bus_request {
	enum bus_door door;
	struct wire_request ask; /* its number is of no concern to others */
	zmq_msg_t frame[2]; /* the server's: whom to answer, what was said */
};

/*
 * Take the next request that waits at DOOR: 1 with *R, which wants to be
 * answered once and released; 0 when none waits (or too many that were no
 * requests came in a row: the socket stays readable then).
 */
int bus_server_next(
    struct bus_server *s, enum bus_door door, struct bus_request *r);

/* Release what R holds.  One that was not answered will come again. */
void bus_request_release(struct bus_request *r);

/*
 * Answer R.  An answer that cannot be delivered is counted; the client will
 * ask again.
 *
 * To an append: as many results as R has events, in their order.
 */
void bus_reply_results(struct bus_server *s, struct bus_request *r,
    const struct bus_result *result);

/*
 * To a query: bus_reply_event() with each event's bytes until it returns
 * -1 (EMSGSIZE: this one did not fit any more), then bus_reply_events();
 * MORE says that other events would have followed.  Another answer must
 * not come between.
 */
int bus_reply_event(struct bus_server *s, struct str event);
void bus_reply_events(struct bus_server *s, struct bus_request *r, bool more);

/* To a query that cannot be answered now: forget the events given so far. */
void bus_reply_drop(struct bus_server *s);

/* To a request to go on with removals. */
void bus_reply_removal(struct bus_server *s, struct bus_request *r,
    const struct bus_removal *removal);

/* To anything: it will never be done, for this reason. */
void bus_reply_error(
    struct bus_server *s, struct bus_request *r, struct str why);

/*
 * Say the encoded EVENT of the type called TYPE to whoever listens to it.
 * Costs next to nothing when nobody does.
 */
void bus_server_publish(
    struct bus_server *s, struct str type, struct str event);

/* Call this once a second at least: takes note of who comes and goes. */
void bus_server_turn(struct bus_server *s);

/* Since the server was opened; pointers to the fields may be kept. */
struct bus_server_figures {
	uint64_t appends, queries; /* requests taken */
	uint64_t malformed;        /* messages that were no request */
	uint64_t undelivered; /* answers whose client had gone or was full */
	uint64_t published;   /* events said to somebody */
};
const struct bus_server_figures *bus_server_figures(const struct bus_server *s);

#endif
