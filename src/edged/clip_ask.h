#ifndef EDGED_CLIP_ASK_H
#define EDGED_CLIP_ASK_H

#include "clip_state.h"
#include "str.h"

#include <stdbool.h>

/* What a client asks for with POST /api/clips. */

enum { CLIP_ASK_MAX_BYTES = 16 * 1024, CLIP_ASK_MAX_TITLE = 200 };

struct clip_ask {
	char broadcast[NAME_SIZE];
	char title[CLIP_TITLE_SIZE];
	/* Each a place on the broadcast's media timeline, or by the wall
	 * clock. */
	bool from_is_wall, to_is_wall;
	uint64_t from_us, to_us;
};

/*
 * Read BODY, JSON (RFC 8259).  0, or -1 with *WHY, a sentence for the client:
 * it is no JSON object, too large, says something twice, or a member is
 * missing, of the wrong type or out of bounds.  A title is text of at most
 * CLIP_ASK_MAX_TITLE characters, none of them a control.
 */
int clip_ask_read(struct clip_ask *a, struct str body, const char **why);

#endif
