#ifndef PAIR_H
#define PAIR_H

#include "relay.h"

#include <poll.h>

/* An encoder's connection and its other half, to the ingest. */
struct pair;

/*
 * For the encoder at FD, which it takes over: connect to the ingest, and make
 * a file in DIR_FD.  NULL after reporting.
 */
struct pair *pair_open(
    const struct relay_settings *set, int dir_fd, int fd, unsigned number);

/* Close both halves and the file. */
void pair_close(struct pair *p);

/* What to wait for, into TWO. */
void pair_wants(const struct pair *p, struct pollfd two[2]);

/* It came, or did not.  False when the pair is over. */
bool pair_turn(struct pair *p, const struct pollfd two[2]);

#endif
