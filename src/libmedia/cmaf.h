#ifndef MEDIA_CMAF_H
#define MEDIA_CMAF_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * CMAF (ISO/IEC 23000-19) over ISO BMFF (ISO/IEC 14496-12): a track's
 * header (its initialization section), and fragments of it.  A segment is
 * one fragment, or several, one after the other, when it grows part by
 * part.  There is no edit list: times in the files are times of playing.
 */

/*
 * Append the header of track T, whose times count 1 / TIMESCALE seconds, to
 * OUT.  T's config must be there and sound; its size or rate is taken from
 * it.  0, or -1 with errno EBADMSG (no sound config), EMSGSIZE or ENOMEM and
 * OUT as it was.
 */
int cmaf_init(const struct media_track *t, uint32_t timescale, struct buf *out);

struct cmaf_sample {
	uint32_t bytes;
	uint32_t duration; /* ticks, to the next one's decoding */
	int32_t offset;    /* ticks, from decoding to presentation; best >= 0 */
	bool key;
};

struct cmaf_fragment {
	uint32_t sequence; /* grows from fragment to fragment, from 1 */
	uint64_t dts;      /* ticks: when its first sample is decoded */
	const struct cmaf_sample *sample;
	size_t samples; /* at least 1 */
};

/*
 * Append to OUT what stands before the samples' bytes; these are to follow,
 * one after the other.  0, or -1 with errno EINVAL (no sample, or 4 GiB of
 * them), EMSGSIZE or ENOMEM and OUT as it was.
 */
int cmaf_head(const struct cmaf_fragment *f, struct buf *out);

#endif
