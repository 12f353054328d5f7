#ifndef PULL_OUTLET_H
#define PULL_OUTLET_H

#include "nut.h"

/*
 * From a source's packets to NUT on a descriptor: frames in the form that
 * pipes carry, times from near 0 on that go on over sources, one after the
 * other.
 */
struct outlet;

/* Times count 1 / HZ seconds.  NULL with errno. */
struct outlet *outlet_open(int fd, uint32_t hz);
void outlet_close(struct outlet *o);

/*
 * A source begins, of the N tracks at TRACK; with CONTINUES it follows the one
 * before without a seam, else it is behind a gap.  0, or -1 with errno ENOMEM.
 */
int outlet_begin(struct outlet *o, const struct media_track *track, size_t n,
    bool continues);

/*
 * Write P, when there is all that it needs.  0, or -1 with errno: EPIPE (nobody
 * reads), or the system's.
 */
int outlet_put(struct outlet *o, const struct nut_packet *p);

#endif
