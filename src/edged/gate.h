#ifndef EDGED_GATE_H
#define EDGED_GATE_H

#include "edition.h"

/*
 * Where readers wait for a track's next edition.  One thread opens the gate
 * for all who wait, and hands them the same edition.  Lives until the last
 * holder lets go.
 */
struct gate;

struct gate *gate_open(void); /* held once; NULL with errno */
struct gate *gate_hold(struct gate *g);
void gate_drop(struct gate **g);

/* E is the newest edition; wake those that wait. */
void gate_set(struct gate *g, struct edition *e);

/* The newest edition, held for the caller, or NULL: there was none. */
struct edition *gate_now(struct gate *g);

/*
 * Wait until the newest edition is another one than SEEN, which may be NULL,
 * or WAIT_MS have passed; the newest, held for the caller, or NULL.
 */
struct edition *gate_wait(
    struct gate *g, const struct edition *seen, unsigned wait_ms);

#endif
