#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "nut.h"

#include <jansson.h>
#include <stdint.h>

/* What is in a stream, found out from its packets. */
struct probe;

/* LISTEN: decode sound and say how loud it is.  NULL with errno. */
struct probe *probe_open(bool listen);
void probe_close(struct probe *p);

/*
 * A file of N tracks begins, the first or another one on the same pipe: what
 * is counted of tracks goes on.  0, or -1 with errno.
 */
int probe_header(struct probe *p, const struct media_track *track, size_t n);

/* A packet of that file.  0, or -1 with errno ENOMEM. */
int probe_packet(struct probe *p, const struct nut_packet *k);

/* How much of the stream was seen, by its own clock. */
int64_t probe_seen_us(const struct probe *p);

/* What was found, as docs/weir-probe.md describes it.  NULL without memory. */
json_t *probe_report(const struct probe *p);

#endif
