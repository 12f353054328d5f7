#include "amf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Skipping a value never leaves the bytes, and always moves on or goes bad. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *before;
	struct str key;
	struct amf a;

	amf_init(&a, data, len);
	while (amf_peek(&a) != AMF_NONE) {
		before = a.p;
		amf_skip(&a);
		if (a.p < before || a.p > a.end || (a.p == before && !a.bad))
			abort();
	}
	amf_init(&a, data, len);
	amf_object(&a);
	while (amf_key(&a, &key)) {
		if (amf_peek(&a) == AMF_STRING)
			(void)amf_string(&a);
		else if (amf_peek(&a) == AMF_NUMBER)
			(void)amf_number(&a);
		else
			amf_skip(&a);
	}
	return 0;
}
