#ifndef BUS_SOCK_H
#define BUS_SOCK_H

#include "bus.h"

#include <czmq.h>
#include <limits.h>
#include <stddef.h>
#include <zmq.h>

/* The files of the four sockets in $WEIR_RUN. */
#define SOCK_APPEND "append.sock"
#define SOCK_MEDIA "media.sock"
#define SOCK_EDGE "edge.sock"
#define SOCK_EVENTS "events.sock"

/*
 * libzmq's high-water mark for BUS_MAX_UNANSWERED messages in one direction:
 * a sender learns of what was taken only after half a mark's worth of it.
 */
enum { SOCK_MAX_REQUESTS = 3 * BUS_MAX_UNANSWERED };

/* What is set on every socket; there is no default to rely upon. */
struct sock_limits {
	int linger_ms;
	int send_max, receive_max; /* messages a connection may queue */
	int message_max_bytes;     /* a peer that sends more is cut off */
};

/*
 * A socket of TYPE (ZMQ_DEALER...) that is not connected yet.  NULL with
 * errno.  Turns off czmq's signal handlers: signals are the program's.
 */
zsock_t *sock_open(int type, const struct sock_limits *limits);

/* Set one of libzmq's integer options.  0, or -1 with errno. */
int sock_set(zsock_t *s, int option, int value);

/*
 * Connect to FILE of $WEIR_RUN, now or whenever somebody binds it.  0, or
 * -1 with errno; EACCES: it is there and not for us.
 */
int sock_connect(zsock_t *s, const char *file);

/*
 * Bind FILE of $WEIR_RUN with mode 0660, in place of what an earlier
 * process left there, and leave its path in PATH for unlink(2).  0, or -1
 * with errno.
 */
int sock_bind(zsock_t *s, const char *file, char path[PATH_MAX]);

/*
 * Receive one message of exactly N frames, each initialized by this call.
 * 1; 0 when none waits (nothing is initialized then); -1 with errno
 * EBADMSG when it had another number of frames and was thrown away.
 */
int sock_receive(void *raw, zmq_msg_t *frame, size_t n);

#endif
