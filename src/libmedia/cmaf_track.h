#ifndef MEDIA_CMAF_TRACK_H
#define MEDIA_CMAF_TRACK_H

#include "buf.h"
#include "cmaf_reader.h"
#include "codec.h"

/*
 * What H, a track's initialization section, says of the track, as NUT has it
 * (codec.h): *T, whose times count 1 / H's timescale, with the configuration
 * record, which is put into CONFIG (emptied first).  0, or -1 with errno
 * ENOTSUP (no codec of ours), EBADMSG (it is not sound), EMSGSIZE or ENOMEM.
 */
int cmaf_track(
    const struct cmaf_header *h, struct media_track *t, struct buf *config);

#endif
