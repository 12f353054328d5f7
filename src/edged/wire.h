#ifndef EDGED_WIRE_H
#define EDGED_WIRE_H

/*
 * What a thread of civetweb reads requests from: a pair of sockets, put in the
 * place of a connection that it accepted, since it takes no other.
 */

struct wire {
	int fd;        /* our end, or -1: there is no wire */
	int far_fd;    /* the other, until it is in its place; then -1 */
	int tcp_fd;    /* the connection that civetweb accepts; then -1 */
	unsigned port; /* it comes from, or 0 */
};

extern const struct wire wire_none;

/*
 * Have civetweb, which listens on 127.0.0.1 at PORT, accept a connection, and
 * say a first request on it.  0, or -1 with errno and *W closed.
 */
int wire_open(struct wire *w, unsigned port);

/*
 * Within the handler of that request: put the pair in the connection's place.
 * 0, or -1 with errno.
 */
int wire_seat(struct wire *w, unsigned port);

void wire_close(struct wire *w);

#endif
