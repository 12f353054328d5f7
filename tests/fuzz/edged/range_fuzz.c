#include "range.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A part is never empty and never beyond the end. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t bytes;
	struct range r;

	if (size < sizeof(bytes))
		return 0;
	memcpy(&bytes, data, sizeof(bytes));
	bytes &= INT64_MAX;
	r = range_parse((struct str){(const char *)data + sizeof(bytes),
			    size - sizeof(bytes)},
	    bytes);
	if (r.kind == RANGE_PART && (r.first > r.last || r.last >= bytes))
		abort();
	return 0;
}
