#ifndef TAPE_NET_H
#define TAPE_NET_H

#include "conf.h"

/* TCP to and from numeric addresses; sockets that do not block. */

/* Listen at A.  *PORT is then A's, or the one that port 0 came to.  -1 after
 * reporting. */
int net_listen(const struct conf_address *a, unsigned *port);

/* Begin to connect to A; writable once it is.  -1 with errno. */
int net_connect(const struct conf_address *a);

/* The next of those that came to FD, or -1 with errno. */
int net_accept(int fd);

#endif
