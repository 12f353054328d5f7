#ifndef EDGED_DOWNLOAD_H
#define EDGED_DOWNLOAD_H

#include "excerpt.h"
#include "files.h"
#include "reply.h"

/*
 * A range of a broadcast as one MP4 file, made when it is asked for (movie.h)
 * and sent piece by piece from the segments' files.  The heads of the last ones
 * are kept, since players ask for a file in many ranges.
 */

/* The movies that are kept: MAX_BYTES of memory, and one in any case. */
struct movies;
struct movies *movies_open(struct files *media, size_t max_bytes);
void movies_close(struct movies *m);

/*
 * Send E, or the range of it that X asks for, as a file called NAME: of TITLE,
 * which may be anything, and without .mp4.  TAG is the resource's name; one
 * that has another length under the same name is another resource.
 */
void download_send(struct movies *m, struct exchange *x,
    const struct excerpt *e, const char *tag, const char *name);

/* Go on with X's, which is not all sent. */
void download_go_on(struct exchange *x);

/* X is done with, whether all of it was sent or not. */
void download_end(struct exchange *x);

#endif
