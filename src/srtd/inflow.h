#ifndef SRTD_INFLOW_H
#define SRTD_INFLOW_H

#include "broadcast.h"

#include <stddef.h>
#include <stdint.h>

/* One encoder's transport stream on its way into a broadcast. */
struct inflow;

enum { INFLOW_WHY_SIZE = 128 };

/* NULL with errno ENOMEM. */
struct inflow *inflow_open(struct broadcast *b);
void inflow_close(struct inflow *in);

/*
 * Take the LEN bytes at P; then, after some, call broadcast_flush().  0, or
 * -1 with errno ENOMEM.
 */
int inflow_put(struct inflow *in, const uint8_t *p, size_t len);

/* No more comes: what waits for its end is whole. */
int inflow_end(struct inflow *in);

/* Packets of media that were found. */
uint64_t inflow_packets(const struct inflow *in);

/* Why some of it is not taken, or empty; for people. */
const char *inflow_why(const struct inflow *in);

#endif
