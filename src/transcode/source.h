#ifndef TRANSCODE_SOURCE_H
#define TRANSCODE_SOURCE_H

#include "codec.h"

#include <stdbool.h>

/*
 * The track that is transcoded: what its header said, and what its packets
 * have brought since (parameter sets of H.264 and HEVC).
 */
struct source;

/* T, which is copied.  NULL with errno ENOMEM. */
struct source *source_open(const struct media_track *t);
void source_close(struct source *s);

/*
 * See to the parameter sets in a keyframe of LEN bytes at P.  True when its
 * pictures are of another size or format than those before.
 */
bool source_keyframe(struct source *s, const uint8_t *p, size_t len);

/* As a header would say it now; valid until the next call. */
const struct media_track *source_track(const struct source *s);

#endif
