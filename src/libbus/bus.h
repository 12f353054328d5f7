#ifndef BUS_H
#define BUS_H

#include "buf.h"
#include "event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Events between daemons, over ZeroMQ; docs/bus.md specifies the bytes.
 * weir-logd binds four sockets under $WEIR_RUN:
 *	append.sock	appends of every type, queries
 *	media.sock	appends of media types only, queries
 *	edge.sock	appends of what viewers have weir-edged say, queries
 *	events.sock	what was committed, and transient events
 */
enum bus_door { BUS_APPEND, BUS_MEDIA, BUS_EDGE };
enum { BUS_DOORS = BUS_EDGE + 1 };

enum bus_status {
	BUS_STORED = 0,    /* on disk (or, transient: published) */
	BUS_DUPLICATE = 1, /* this id was stored before: same seq, version */
	BUS_CONFLICT = 2,  /* expect does not hold; version is the real one */
	BUS_REFUSED = 3,   /* never will be accepted; see why */
	BUS_BUSY = 4       /* not stored now (disk full); say it again */
};

struct bus_result {
	enum bus_status status;
	uint64_t seq, version;
	struct str why; /* for people; valid inside the callback only */
};

struct bus_client;

/*
 * A client that never blocks: requests go out when weir-logd is there, and
 * out again when it did not answer, which is harmless since ids are kept.
 * Made before weir-logd runs, it connects when it comes.  NULL with errno.
 */
struct bus_client *bus_client_open(enum bus_door door);
void bus_client_close(struct bus_client *c);

/*
 * The czmq socket, for zloop_reader(); call bus_client_turn() when it is
 * readable and at least every 100 ms: it takes answers, calls back, and
 * sends again what is due.
 */
void *bus_client_socket(struct bus_client *c);
void bus_client_turn(struct bus_client *c);

/*
 * Append EVENTS, the encoded events of a batch one after the other (at most
 * BUS_MAX_BATCH of them and BUS_MAX_BATCH_BYTES); DONE is called once for
 * each event, in order, with its INDEX in the batch.  BUS_BUSY is not
 * called back but sent again.  0, or -1 with errno: EAGAIN when
 * BUS_MAX_UNANSWERED requests or BUS_MAX_UNANSWERED_BYTES wait already,
 * EMSGSIZE, EBADMSG (bytes that are no events, or none), ENOMEM.
 *
 * Batches are sent, and sent again, in the order of the calls, and none
 * overtakes another unless weir-logd was busy for the first and not for the
 * second.  A callback may append and ask, but not turn, wait or close.
 */
enum {
	BUS_MAX_BATCH = 1024,
	BUS_MAX_BATCH_BYTES = 4 * 1024 * 1024,
	BUS_MAX_UNANSWERED = 1024,
	BUS_MAX_UNANSWERED_BYTES = 64 * 1024 * 1024
};
typedef void bus_append_fn(
    void *arg, size_t index, const struct bus_result *result);
int bus_append(
    struct bus_client *c, struct str events, bus_append_fn *done, void *arg);

/*
 * Tell EVENTS, transient ones, and want no answer: what cannot be sent now, or
 * is lost on the way, is not said again.  0, or -1 with errno as bus_append();
 * EAGAIN also when something is still to be sent before them.
 */
int bus_tell(struct bus_client *c, struct str events);

/*
 * Ask for the last event of each subject that begins with PREFIX and comes
 * after AFTER in byte order, at most LIMIT of them; EXACT asks for the last
 * event of the subject PREFIX alone.  DONE is called for each event, then
 * once with NULL; with NULL alone also when weir-logd does not understand
 * the question.  0, or -1 with errno as above (EINVAL: LIMIT is 0).
 */
typedef void bus_last_fn(void *arg, const struct event *e);
int bus_last(struct bus_client *c, struct str prefix, bool exact,
    struct str after, unsigned limit, bus_last_fn *done, void *arg);

/*
 * Have weir-logd go on, for one step of some milliseconds, with the removals
 * that were ordered (RemovalOrdered), and wait for its answer until
 * DEADLINE_MS passed.  Only through BUS_APPEND.  0 with *OUT, or -1 with
 * errno: ETIMEDOUT, EPROTO with OUT's why (it will not, at this door or at
 * all), ENOMEM.  A step more does no harm: just go on.
 */
enum { BUS_MAX_WHY = 256 };
struct bus_removal {
	uint64_t orders;        /* that are not done; 0: that was all */
	uint64_t next, until;   /* the seq it goes on at, and the last one */
	uint64_t events, bytes; /* that went in this step */
	/* Why nothing can be done just now, or empty: try again later. */
	char why[BUS_MAX_WHY + 1];
};
int bus_remove_wait(
    struct bus_client *c, unsigned deadline_ms, struct bus_removal *out);

/* Requests that wait for an answer. */
size_t bus_unanswered(const struct bus_client *c);

/*
 * For programs without a loop: append one event and wait for its answer
 * until DEADLINE_MS passed.  RESULT's why is empty unless WHY (CAP bytes)
 * is given.  0, or -1 with errno ETIMEDOUT (it may be stored all the same:
 * say the same id again to learn) or as bus_append.
 */
int bus_append_wait(struct bus_client *c, const struct event *e,
    unsigned deadline_ms, struct bus_result *result, char *why, size_t cap);

/*
 * For programs without a loop, too: ask for the last event of SUBJECT, and
 * wait for the answer until DEADLINE_MS passed.  FN is called with it, if
 * there is one, and not with NULL.  0, or -1 with errno ETIMEDOUT or as
 * bus_last.
 */
int bus_last_wait(struct bus_client *c, struct str subject,
    unsigned deadline_ms, bus_last_fn *fn, void *arg);

struct bus_sub;

/*
 * Hear of events of the N types named (N 0: all), in order, as weir-logd
 * says them; what is said while nobody listens, or faster than we take it,
 * is only in the log.  NULL with errno.
 */
struct bus_sub *bus_sub_open(const char *const *type, size_t n);
void bus_sub_close(struct bus_sub *s);
void *bus_sub_socket(struct bus_sub *s);

/*
 * Take the next event that was heard, waiting at most TIMEOUT_MS (0: not at
 * all).  1 with *E, valid until the next call; 0 when there is none; -1
 * with errno.
 */
int bus_sub_next(struct bus_sub *s, unsigned timeout_ms, struct event *e);

#endif
