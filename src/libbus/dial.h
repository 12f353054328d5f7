#ifndef BUS_DIAL_H
#define BUS_DIAL_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A client's connection to one of weir-logd's doors, which is made whenever
 * weir-logd is there, and made again when it was lost.  It speaks ZMTP in the
 * caller's thread: libzmq has one of its own, and waking that up for each
 * message costs more than the message does.
 */
struct dial;

/*
 * To FILE of $WEIR_RUN, now or whenever somebody binds it; messages that come
 * are of at most MESSAGE_MAX_BYTES.  NULL with errno; EACCES: it is there and
 * not for us; ENAMETOOLONG.
 */
struct dial *dial_open(const char *file, size_t message_max_bytes);
void dial_close(struct dial *d);

/* The same for life; readable when dial_turn() and dial_next() have work. */
int dial_fd(const struct dial *d);

/*
 * Connect if that is due, and begin a turn.  True when the connection was lost
 * since the last turn: whatever was said on it may not have arrived.
 */
bool dial_turn(struct dial *d, uint64_t now_us);

/*
 * The next message that came, valid until the next call.  False when there is
 * none, or enough for one turn.
 */
bool dial_next(struct dial *d, struct str *said);

/* True while the connection stands, and messages are taken. */
bool dial_ready(const struct dial *d);

/* Have MESSAGE sent with the next flush.  0, or -1: not now. */
int dial_say(struct dial *d, struct str message);

/*
 * Send what was said, as far as the kernel takes it; the rest goes in turns.
 * 0, or -1: there is no connection.
 */
int dial_flush(struct dial *d);

#endif
