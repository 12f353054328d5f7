#ifndef EDGED_FRAME_H
#define EDGED_FRAME_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where a request begins and ends, and how long its connection lasts: what is
 * between the client and the door (RFC 9112).  It is read strictly: what
 * proxies in front may read in another way than we do is refused.  What the
 * request is about is read by civetweb (head.h).
 */

enum { FRAME_MAX_HEAD = 16384, FRAME_MAX_FIELDS = 64 };

struct frame {
	size_t head_bytes; /* with its empty line */
	uint64_t body_bytes;
	size_t skip;     /* octets at the start that are not handed on */
	bool keep_alive; /* the client wants the connection kept */
	bool http_1_0;
	bool asterisk; /* the target is "*", the server itself */
};

/*
 * Where the head at the start of BYTES ends, or 0: it is not whole yet.  The
 * first SEEN octets were looked at before.
 */
size_t frame_end(struct str bytes, size_t seen);

/*
 * Read the head of BYTES octets at HEAD, and make it one that a gateway hands
 * on (RFC 9110, 7.6): the version is ours, the target has no host, and no field
 * tells how the client's connection or the content of a method without one is
 * framed; nothing moves but what F->skip passes over.  0, or -1 with what it
 * is to be refused with: *STATUS (400, 413, 501 or 505) and *WHY, a sentence
 * for the client.  400 is a line that ends in a bare LF, a blank before a
 * field's colon, folded lines, controls, a Host field that is missing, doubled
 * or odd, a body of another method than POST, a length said twice or beside
 * chunks.
 */
int frame_read(char *head, size_t bytes, struct frame *f, unsigned *status,
    const char **why);

#endif
