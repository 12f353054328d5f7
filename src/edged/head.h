#ifndef EDGED_HEAD_H
#define EDGED_HEAD_H

#include "str.h"

#include <civetweb.h>
#include <stdbool.h>

/*
 * A request's head as civetweb parsed it, looked at again: civetweb accepts
 * much that is not HTTP/1.1, on which proxies in front may disagree.
 */

enum method { METHOD_GET, METHOD_HEAD, METHOD_OPTIONS, METHOD_OTHER };

struct head {
	enum method method;
	bool keep_alive; /* the client wants the connection kept */
	bool http_1_0;
	bool gzip; /* it takes that coding (RFC 9110, 12.5.3) */
	/* Fields we act on; empty when they are not there. */
	struct str range, if_range, if_none_match, if_modified_since;
};

/*
 * Read RI into *OUT.  0, or -1 with *WHY a sentence for the client when
 * the head must be refused with 400 (RFC 9112): a line that ends in a bare
 * LF, a blank before a field's colon, folded or dropped lines, a Host field
 * that is missing, doubled or odd, a body (no resource of ours takes one),
 * a content length said twice.
 */
int head_read(
    const struct mg_request_info *ri, struct head *out, const char **why);

#endif
