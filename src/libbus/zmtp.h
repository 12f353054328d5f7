#ifndef BUS_ZMTP_H
#define BUS_ZMTP_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The bytes of a ZeroMQ connection: ZMTP 3.0 (https://rfc.zeromq.org/spec/23)
 * with the mechanism NULL, and messages of one frame, between DEALER and
 * ROUTER.  Nothing here sends or waits, and no length is believed beyond a
 * message's limit.
 */
enum { ZMTP_GREETING_BYTES = 64, ZMTP_HEAD_MAX_BYTES = 9 };

/* What a peer said next. */
enum zmtp_item {
	ZMTP_PART,    /* not all of it is there yet */
	ZMTP_GREETED, /* its greeting: it wants to hear READY */
	ZMTP_READY,   /* it takes messages from now on */
	ZMTP_MESSAGE,
	ZMTP_ODD,   /* the end of a message of several frames, none for us */
	ZMTP_PING,  /* it wants to hear a PONG of these bytes */
	ZMTP_OTHER, /* nothing that matters */
	ZMTP_BAD    /* no ZMTP, or too large: there is no going on */
};

/* What is known of a peer; all zeros but for the limit. */
struct zmtp {
	size_t message_max_bytes;
	bool greeted, ready;
	bool odd; /* within a message of several frames */
};

/*
 * The next item of IN, with its *BODY if it has one.  *SIZE are its bytes in
 * IN, or with ZMTP_PART how many there must be at least.
 */
enum zmtp_item zmtp_next(
    struct zmtp *z, struct str in, size_t *size, struct str *body);

/* Append to B what one says oneself; check B->failed.  TYPE is the socket's. */
void zmtp_put_greeting(struct buf *b);
void zmtp_put_ready(struct buf *b, struct str type);
void zmtp_put_pong(struct buf *b, struct str context);
void zmtp_put_message(struct buf *b, struct str body);

#endif
