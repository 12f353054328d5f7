#ifndef EDGED_HEAD_H
#define EDGED_HEAD_H

#include "str.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A request's head (RFC 9112), read strictly: what proxies in front may read
 * in another way than we do is refused.
 */

enum { HEAD_MAX_BYTES = 16384, HEAD_MAX_FIELDS = 64, HEAD_CMCD_FIELDS = 4 };

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
	METHOD_POST,
	METHOD_OTHER
};

/* All of it lies in the octets that were read. */
struct head {
	enum method method;
	bool keep_alive; /* the client wants the connection kept */
	bool http_1_0;
	bool gzip;     /* it takes that coding (RFC 9110, 12.5.3) */
	bool asterisk; /* the target is "*", the server itself; no PATH then */
	struct str path, query; /* as in the target, without the '?' */
	uint64_t body_bytes;    /* that follow the head; of a POST only */
	size_t bytes;           /* of the head, with its empty line */
	/* Fields we act on; empty when they are not there. */
	struct str authorization;
	struct str range, if_range, if_none_match, if_modified_since;
	struct str forwarded, forwarded_for; /* the last of each */
	struct str content_type, idempotency_key;
	struct str cmcd[HEAD_CMCD_FIELDS]; /* CMCD-*, in any order */
};

/*
 * Where the head at the start of BYTES ends, or 0: it is not whole yet.  The
 * first SEEN octets were looked at before.
 */
size_t head_end(struct str bytes, size_t seen);

/*
 * Read the head that BYTES begin with, and which ends in them.  0, or -1 with
 * what it is to be refused with: *STATUS (400, 501 or 505) and *WHY, a sentence
 * for the client.  400 is a line that ends in a bare LF, a blank before a
 * field's colon, folded lines, controls, a Host field that is missing, doubled
 * or odd, a body of another method than POST, a length said twice or beside
 * chunks.
 */
int head_read(
    struct str bytes, struct head *out, unsigned *status, const char **why);

#endif
