#ifndef EDGED_HEAD_H
#define EDGED_HEAD_H

#include "str.h"

#include <civetweb.h>
#include <stdbool.h>

/* What a request is about, as civetweb read it; how it is framed is frame.h's.
 */

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
	METHOD_POST,
	METHOD_OTHER
};

enum { HEAD_CMCD_FIELDS = 4 };

/* All of it lies in civetweb's memory, as long as the request is handled. */
struct head {
	enum method method;
	bool http_1_0;          /* the client is of that version */
	bool gzip;              /* it takes that coding (RFC 9110, 12.5.3) */
	struct str path, query; /* as in the target, without the '?' */
	/* Fields we act on; empty when they are not there. */
	struct str authorization, host, forwarded_proto;
	struct str range, if_range, if_none_match, if_modified_since;
	struct str forwarded, forwarded_for; /* the last of each */
	struct str content_type, idempotency_key;
	struct str cmcd[HEAD_CMCD_FIELDS]; /* CMCD-*, in any order */
};

void head_read(const struct mg_request_info *ri, struct head *out);

#endif
