#ifndef EDGED_MANIFEST_H
#define EDGED_MANIFEST_H

#include "broadcast.h"
#include "buf.h"

/*
 * DASH manifests (ISO/IEC 23009-1, with the DASH-IF's guidelines for live and
 * low-latency services) of a folded broadcast: SegmentTemplate with
 * SegmentTimeline and $Number$, a Period for each of periods.h.  The files are
 * those of the HLS playlists.
 */

enum { MANIFEST_MAX_BYTES = 8 * 1024 * 1024 };

/* True when a manifest of B can be made: it has segments that told their
 * times. */
bool manifest_possible(const struct broadcast *b);

/*
 * The manifest of what is being broadcast: type dynamic, or, when B has ended,
 * static, with the same times, so that players go on with it.  Its timeline is
 * the wall clock since the first segment: while nobody sent anything
 * there is a gap.  It refers to itself with ?broadcast=, as playlists do.  0,
 * or -1 with errno ENOMEM or EMSGSIZE.
 */
int manifest_live(const struct broadcast *b, struct buf *out);

/*
 * The manifest of what was sent between FROM_US and TO_US by the wall clock (0
 * and UINT64_MAX for all of it): static, from 0 on, without gaps.  It begins
 * and ends exactly there, in the middle of a segment if need be.  As above.
 */
int manifest_recording(const struct broadcast *b, uint64_t from_us,
    uint64_t to_us, struct buf *out);

#endif
