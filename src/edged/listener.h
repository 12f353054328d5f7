#ifndef EDGED_LISTENER_H
#define EDGED_LISTENER_H

#include "conf.h"

#include <sys/socket.h>

/*
 * Listen on the address that WEIR_HTTP names, IPv4 or IPv6.  The socket, whose
 * accepts do not wait, and its *PORT, or -1 after reporting the cause.
 */
int listener_open(const struct conf_address *a, unsigned *port);

/*
 * The next connection, whose sends give up soon, and its *PEER.
 * -1 with errno: EAGAIN when there is none, EMFILE and the like when there is
 * no room for it.
 */
int listener_accept(int fd, struct sockaddr_storage *peer);

#endif
