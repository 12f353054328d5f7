#ifndef CLIP_CLIP_H
#define CLIP_CLIP_H

#include <stdbool.h>

/* The commands; each returns an exit code after reporting. */

/* Make a clip of BROADCAST from FROM to TO, seconds, and print its id. */
int clip_add(
    const char *broadcast, const char *from, const char *to, const char *title);

/* Print the clips of CHANNEL, or (NULL) of all, as JSON if asked to. */
int clip_list(const char *channel, bool json);

/* The clip ID is gone, for REASON. */
int clip_remove(const char *id, const char *reason);

#endif
