#ifndef BUS_PENDING_H
#define BUS_PENDING_H

#include "wire.h"

#include <zmq.h>

/* What is known of one event of an append whose answer came in pieces. */
struct pending_event {
	struct bus_result result;
	bool final; /* false: weir-logd was busy, it is said again */
	char *why;  /* result.why's bytes, ours */
};

typedef void pending_removed_fn(void *arg, const struct wire_answer *a);

/*
 * A request that was not answered in full.  The client's list keeps them
 * in the order in which they were made.
 */
struct pending {
	struct pending *next, *prev;
	enum wire_op op;
	uint64_t number; /* of the bytes in MSG; never two alike */
	zmq_msg_t msg;   /* what is sent, and sent again */
	size_t bytes;    /* its size */
	bool sent;       /* on the present connection */
	unsigned tries;  /* sent so often */
	uint64_t due_us; /* when sent: send again then */

	/* WIRE_APPEND */
	bus_append_fn *appended;
	size_t count; /* events of the batch */
	size_t asked; /* events in MSG: those that are not final */
	struct pending_event *event; /* COUNT of them, or NULL: none final */

	/* WIRE_LAST */
	bus_last_fn *listed;
	char prefix[EVENT_MAX_SUBJECT], after[EVENT_MAX_SUBJECT];
	size_t prefix_len, after_len;
	bool exact;
	unsigned limit; /* events still wanted */

	/* WIRE_REMOVE: told of the answer */
	pending_removed_fn *removed;

	void *arg;
};

/*
 * An append of EVENTS, encoded one after the other, as request NUMBER; B is
 * room to work in.  NULL with errno EMSGSIZE, EBADMSG or ENOMEM.
 */
struct pending *pending_append(
    struct str events, uint64_t number, struct buf *b);

/* A query.  NULL with errno EMSGSIZE, EINVAL (LIMIT is 0) or ENOMEM. */
struct pending *pending_last(struct str prefix, bool exact, struct str after,
    unsigned limit, uint64_t number, struct buf *b);

/* A request to go on with removals.  NULL with errno ENOMEM. */
struct pending *pending_remove(uint64_t number, struct buf *b);

void pending_free(struct pending *p);

/* Call back for each event of P, which has come to its end. */
void pending_finish(const struct pending *p);

/*
 * Take note of answer A to append P.  0 when every event has its result;
 * 1 when some are to be said again, for which P is now request ++*NUMBER; -1
 * with errno, and P as it was, when memory ran out.
 */
int pending_merge(struct pending *p, const struct wire_answer *a,
    uint64_t *number, struct buf *b);

/*
 * Call back for each event of answer A to query P.  1 when more are wanted,
 * for which P is now request ++*NUMBER; 0 when that was all.
 */
int pending_page(struct pending *p, const struct wire_answer *a,
    uint64_t *number, struct buf *b);

#endif
