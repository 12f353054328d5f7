#ifndef BUS_LINK_H
#define BUS_LINK_H

#include "zmtp.h"

/*
 * One end of a connection that speaks ZMTP, over a stream socket that never
 * blocks.  Who waits for it, and for how long, is its owner's concern.
 */
struct link {
	int fd;
	struct str type; /* "ROUTER" or "DEALER" */
	struct zmtp peer;
	struct buf in;  /* the beginning of what has come in part */
	size_t want;    /* so many bytes IN is to have */
	struct str got; /* what was received and not taken */
	struct buf out; /* what was not sent */
	size_t sent;    /* bytes of OUT that went already */
};

/*
 * Begin on FD, which is the link's from here on, with our greeting.  Neither
 * takes messages of more than MESSAGE_MAX_BYTES, nor keeps more than
 * UNSENT_MAX_BYTES.
 */
void link_init(struct link *l, int fd, struct str type,
    size_t message_max_bytes, size_t unsent_max_bytes);
void link_fini(struct link *l);

/*
 * Receive once, when all that was received is taken: into CAP bytes of ROOM,
 * which are to stay until link_next() has given all of it, or behind the part
 * that is here already.  1; 0: there is nothing; -1: the peer is gone.
 */
int link_receive(struct link *l, uint8_t *room, size_t cap);

/*
 * What the peer said next: ZMTP_MESSAGE with *SAID, which lies where it was
 * received; ZMTP_READY, ZMTP_ODD; ZMTP_PART: all that was received is taken;
 * ZMTP_BAD: the link must end.  The rest is answered here.
 */
enum zmtp_item link_next(struct link *l, struct str *said);

/* Have it sent with the next flush.  0, or -1: it is too much. */
int link_say(struct link *l, struct str message);

/* Send.  1: all is gone; 0: the rest waits for the socket to be writable; -1:
 * the peer is. */
int link_flush(struct link *l);

#endif
