#include "json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A line that is accepted can be written again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf keep, out;
	struct event e;
	char why[256];

	buf_init(&keep, EVENT_MAX_JSON);
	buf_init(&out, EVENT_MAX_JSON);
	if (event_from_json(&e, (struct str){(const char *)data, len}, &keep,
		why, sizeof(why)) == 0 &&
	    event_to_json(&e, &out) == -1)
		abort();
	buf_fini(&keep);
	buf_fini(&out);
	return 0;
}
