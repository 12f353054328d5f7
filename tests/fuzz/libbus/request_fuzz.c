#include "wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What is a request gives all it says, and is the same said again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct str event[BUS_MAX_BATCH];
	struct wire_request r, again;
	const char *why = NULL;
	struct buf b;

	if (wire_request_decode(&r, data, len, &why) == -1) {
		if (why == NULL)
			abort();
		return 0;
	}
	buf_init(&b, WIRE_MAX_REQUEST + len);
	if (r.op == WIRE_APPEND) {
		struct mp m = r.events;

		if (r.count == 0 || r.count > BUS_MAX_BATCH)
			abort();
		for (size_t i = 0; i < r.count; i++)
			event[i] = mp_bin(&m);
		if (!mp_done(&m))
			abort();
		wire_append_encode(&b, r.number, event, r.count);
	} else if (r.op == WIRE_LAST) {
		wire_last_encode(&b, &r);
	} else {
		wire_remove_encode(&b, r.number);
	}
	if (b.failed || wire_request_decode(&again, b.p, b.len, &why) == -1 ||
	    again.op != r.op || again.number != r.number ||
	    again.count != r.count || again.exact != r.exact ||
	    again.limit != r.limit || !str_eq(again.prefix, r.prefix) ||
	    !str_eq(again.after, r.after))
		abort();
	buf_fini(&b);
	return 0;
}
