#include "streamid.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* True when S lies in ID's own text. */
static int
inside(const struct streamid *id, struct str s)
{
	return s.len == 0 || (s.p >= id->text &&
				 s.p + s.len <= id->text + STREAMID_MAX_BYTES);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct streamid id;
	const char *why = NULL;

	if (streamid_parse(&id, (const char *)data, len, &why) == -1) {
		if (why == NULL)
			abort();
		return 0;
	}
	if (id.keys > STREAMID_KEYS || !inside(&id, id.resource) ||
	    !inside(&id, id.name))
		abort();
	for (size_t i = 0; i < id.keys; i++)
		if (id.key[i].len == 0 || !inside(&id, id.key[i]))
			abort();
	return 0;
}
