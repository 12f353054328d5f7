#ifndef BUS_WIRE_H
#define BUS_WIRE_H

#include "bus.h"
#include "mp.h"

/*
 * The bytes of requests and answers, as docs/bus.md specifies them; nothing
 * here sends or waits.  Decoders believe no length and need all the bytes
 * to be there and to be used.
 */
enum { WIRE_VERSION = 1 };

/* The number of a request whose answer nobody wants. */
#define WIRE_UNANSWERED UINT64_C(0)

enum wire_op {
	WIRE_ERROR = 0, /* of an answer: the request was not understood */
	WIRE_APPEND = 1,
	WIRE_LAST = 2,
	WIRE_REMOVE = 3
};

/* Limits, in bytes unless said otherwise. */
enum {
	WIRE_MAX_REQUEST = BUS_MAX_BATCH_BYTES + 5 * BUS_MAX_BATCH + 64,
	WIRE_MAX_ANSWER = 4 * 1024 * 1024,
	WIRE_MAX_WHY = BUS_MAX_WHY,
	WIRE_MAX_LAST = 1024,           /* events in one answer */
	WIRE_MAX_LAST_BYTES = 64 * 1024 /* or one event, if it is larger */
};

struct wire_request {
	enum wire_op op;
	/* The client's, from 1, not two alike in a client; or WIRE_UNANSWERED.
	 */
	uint64_t number;

	/* WIRE_APPEND: mp_bin() gives the bytes of one event COUNT times. */
	size_t count;
	struct mp events;

	/* WIRE_LAST: see bus_last(). */
	struct str prefix, after;
	bool exact;
	unsigned limit;
};

struct wire_answer {
	enum wire_op op;
	uint64_t number;

	/* WIRE_APPEND: wire_result_next() gives a result COUNT times. */
	/* WIRE_LAST: mp_bin() gives an event COUNT times. */
	size_t count;
	struct mp items;

	size_t busy;    /* WIRE_APPEND: results that are BUS_BUSY */
	bool more;      /* WIRE_LAST: there are more subjects */
	struct str why; /* WIRE_ERROR, WIRE_REMOVE */

	struct bus_removal removal; /* WIRE_REMOVE: all but its why */
};

/*
 * Decode LEN bytes at P, which the result borrows.  0, or -1 with errno
 * EBADMSG and *WHY for people; R's number is then 0 unless it could be
 * read.
 */
int wire_request_decode(
    struct wire_request *r, const void *p, size_t len, const char **why);
int wire_answer_decode(struct wire_answer *a, const void *p, size_t len);

/* The next result of ITEMS; what its answer was decoded from is checked. */
void wire_result_next(struct mp *items, struct bus_result *result);

/*
 * Append one request or answer to B; check B->failed.  A request's events
 * and an answer's events are N strs; WHY is cut at WIRE_MAX_WHY.
 */
void wire_append_encode(
    struct buf *b, uint64_t number, const struct str *event, size_t n);
void wire_last_encode(struct buf *b, const struct wire_request *r);
void wire_results_encode(
    struct buf *b, uint64_t number, const struct bus_result *result, size_t n);
void wire_remove_encode(struct buf *b, uint64_t number);
void wire_removal_encode(
    struct buf *b, uint64_t number, const struct bus_removal *r);
void wire_error_encode(struct buf *b, uint64_t number, struct str why);

/*
 * The answer to WIRE_LAST is this head and then N times a bin (mp_put_bin)
 * with an event.
 */
void wire_list_encode(struct buf *b, uint64_t number, bool more, size_t n);

#endif
