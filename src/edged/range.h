#ifndef EDGED_RANGE_H
#define EDGED_RANGE_H

#include "str.h"

#include <stdint.h>

enum range_kind {
	RANGE_WHOLE, /* none asked for, or not one that must be obeyed: 200 */
	RANGE_PART,  /* FIRST to LAST, both included: 206 */
	RANGE_BEYOND /* nothing of the file is in it: 416 */
};

/* Beyond so many ranges a request is meant to hurt: RFC 9110, 17.15. */
enum { RANGE_MAX = 16 };

struct range {
	enum range_kind kind;
	uint64_t first, last;
};

/*
 * What the Range field VALUE (RFC 9110, 14.2) asks of SIZE bytes.  Several
 * ranges may be answered by the whole, and are (14.2: a server may ignore
 * the field); more than RANGE_MAX are beyond.  A malformed field is ignored.
 */
struct range range_parse(struct str value, uint64_t size);

/*
 * As range_parse(), for what may still grow: RANGE_PART when VALUE asks for one
 * range from an octet on, whose LAST is UINT64_MAX when it has no end, or else
 * RANGE_WHOLE.
 */
struct range range_growing(struct str value);

#endif
