#ifndef MODEL_JSON_PARTS_H
#define MODEL_JSON_PARTS_H

#include "channel_state.h"

#include <jansson.h>

/* What the JSON of channels and of recordings have in common.  New
 * references, NULL without memory, which jansson passes on. */

json_t *json_moment(uint64_t time_us); /* RFC 3339; null for 0 */
json_t *json_track(const struct track_state *t);

/* "/UNDER/NAME/thumb.webp" as P has it; null when there is none. */
json_t *json_thumbnail(
    const char *under, const char *name, const struct channel_preview *p);

/* Where the picture P of BROADCAST is; null when it has none. */
json_t *json_preview(const char *broadcast, const struct channel_preview *p);

/*
 * Append the text of O, which is let go of; BAD: it is not whole.  0, or -1
 * with errno ENOMEM or EMSGSIZE.
 */
int json_put(json_t *o, bool bad, struct buf *out);

#endif
