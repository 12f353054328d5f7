#ifndef LOGD_KEEPER_H
#define LOGD_KEEPER_H

#include "privacy.h"
#include "server.h"
#include "writer.h"

#include <stdint.h>

/*
 * Takes requests from the bus, packs what it accepts into one commit, and
 * answers and publishes only when that is on disk.
 */
struct keeper;

struct keeper_figures {
	uint64_t stored, transient, duplicate, conflict, refused, busy;
	uint64_t commits, head, removed;
};

/* W, S and P are borrowed.  NULL with errno ENOMEM. */
struct keeper *keeper_open(
    struct log_writer *w, struct bus_server *s, struct privacy *p);
void keeper_close(struct keeper *k);

/* Somebody waits at the edge's door: the next turn serves that one, too. */
void keeper_knock(struct keeper *k);

/*
 * Serve what waits at the doors.  0, or -1 after reporting why this
 * process must end: the disk's state is not known any more.
 */
int keeper_turn(struct keeper *k);

/* Now and then, however much comes in: forget readers that died. */
void keeper_tick(struct keeper *k);

/* Nothing came for a while: bring the index up.  0, or -1 as above. */
int keeper_idle(struct keeper *k);

const struct keeper_figures *keeper_figures(const struct keeper *k);

#endif
