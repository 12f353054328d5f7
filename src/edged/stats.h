#ifndef EDGED_STATS_H
#define EDGED_STATS_H

#include "buf.h"

#include <stdatomic.h>
#include <stdint.h>

/* Figures of the edge, and all figures of the host as one text. */

enum stats_kind {
	STATS_PAGE,
	STATS_ASSET,
	STATS_PLAYLIST,
	STATS_MEDIA,
	STATS_API,
	STATS_OTHER,
	STATS_KINDS
};

/* What one thread counted; any other may read it. */
struct stats {
	_Atomic uint64_t requests[STATS_KINDS][6]; /* by status / 100 */
	_Atomic uint64_t bytes[STATS_KINDS];       /* heads and bodies sent */
	_Atomic uint64_t cut; /* replies not finished: peer gone or slow */
};

/* Count a reply of KIND with STATUS, of which BYTES were sent. */
void stats_count(
    struct stats *s, enum stats_kind kind, unsigned status, uint64_t bytes);

/* Add what FROM counted to *SUM. */
void stats_add(struct stats *sum, const struct stats *from);

/* All requests, and all bytes, of S. */
uint64_t stats_requests(const struct stats *s);
uint64_t stats_bytes(const struct stats *s);

/* S as Prometheus' text format (0.0.4), appended to OUT. */
void stats_text(const struct stats *s, struct buf *out);

/*
 * Append the text of every *.prom file in directory DIR but SKIP to OUT, in
 * order of their names.  A family that several files have is told once,
 * with all their samples.  Files that cannot be read are passed over.
 */
void stats_files(const char *dir, const char *skip, struct buf *out);

#endif
