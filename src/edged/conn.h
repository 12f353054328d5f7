#ifndef EDGED_CONN_H
#define EDGED_CONN_H

#include "address.h"
#include "frame.h"
#include "out.h"
#include "reply.h"
#include "stats.h"
#include "wait.h"

/*
 * One connection, and the request on it that is being answered.  It belongs
 * to the door, or to the thread that answers, never to both.
 */

/* Where a connection is, or wants to be. */
enum conn_state {
	CONN_CROWD, /* its address has too many; it is told so if it asks */
	CONN_HEAD,  /* some of a request is there */
	CONN_IDLE,  /* answered, and nothing more is there */
	CONN_WAIT,  /* its request waits at a gate */
	CONN_SEND,  /* its peer takes the answer slowly */
	CONN_CLOSE, /* closed for us; its peer may still be reading */
	CONN_STATES,
	CONN_BUSY = CONN_STATES /* with a thread */
};

/* Why a request is refused without being read. */
enum conn_fault {
	FAULT_NONE,
	FAULT_LATE,
	FAULT_LONG,
	FAULT_CROWDED,
	FAULT_FRAME, /* see REFUSAL */
	FAULT_UNREAD /* civetweb would not read it */
};

struct conn {
	int fd; /* blocking, with a short deadline for each send */
	struct address peer;
	bool counted; /* its peer has one connection more */
	struct conn *prev, *next;

	enum conn_state state; /* the door's */
	enum conn_state want;  /* of a thread that gives it back */
	uint64_t since_us;     /* in this state */
	bool looked_at;        /* when it was idle: it has what it was sent */
	enum conn_fault fault;
	size_t wasted; /* octets thrown away at its end */

	char *in; /* octets that came, from the request on; NULL: none */
	size_t in_bytes, in_cap;
	size_t seen; /* of these, searched for the head's end */
	size_t need; /* octets of the request, or 0: its head is not whole */
	struct frame frame; /* of the request, when NEED is not 0 */
	struct {
		unsigned status;
		const char *why;
	} refusal;

	bool answering; /* a request was begun, and its answer not finished */
	struct address client; /* who asks: the peer, or for whom it does */
	bool client_counted;
	struct head head;
	struct exchange x;
	enum stats_kind kind;
	struct wait wait;
	struct out out;
};

enum { CONN_MAX_BODY = 65536 };

/* A connection for FD, which it takes over; NULL with errno. */
struct conn *conn_make(int fd, const struct sockaddr_storage *peer);

/* Close and free it. */
void conn_free(struct conn *c);

/* Connections in one state, the one that came first first. */
struct conn_list {
	struct conn *first, *last;
};

void conn_list_add(struct conn_list *l, struct conn *c);
void conn_list_remove(struct conn_list *l, struct conn *c);

enum conn_input {
	CONN_PART,  /* nothing more is there for now */
	CONN_WHOLE, /* a request, or as much of one as it takes to refuse it */
	CONN_FULL,  /* the head is too long */
	CONN_GONE   /* the peer has closed, or memory ran out */
};

/* Read what is there. */
enum conn_input conn_read(struct conn *c);

/* The request's octets for civetweb, one that is whole. */
struct str conn_request(const struct conn *c);

/* The request is answered: drop its octets.  What is left is CONN_WHOLE,
 * CONN_PART or, too long, CONN_FULL. */
enum conn_input conn_next(struct conn *c);

#endif
