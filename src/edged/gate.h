#ifndef EDGED_GATE_H
#define EDGED_GATE_H

#include "edition.h"

/*
 * Where readers wait for a track's next edition: it holds the newest one, the
 * same for all, and tells when it has changed.  Lives until the last holder
 * lets go.
 */
struct gate;

struct gate *gate_open(void); /* held once; NULL with errno */
struct gate *gate_hold(struct gate *g);
void gate_drop(struct gate **g);

/* E is the newest edition; the gate turns, and its bell is rung. */
void gate_set(struct gate *g, struct edition *e);

/* How often the gate has turned. */
unsigned gate_turn(const struct gate *g);

/*
 * Have BELL_FD, an eventfd(2), rung whenever the gate turns: of the one who
 * waits here for many.  It outlives the gate.
 */
void gate_bell(struct gate *g, int bell_fd);

/* The newest edition, held for the caller, or NULL: there was none. */
struct edition *gate_now(struct gate *g);

#endif
