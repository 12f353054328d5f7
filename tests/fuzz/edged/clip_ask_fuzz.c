#include "clip_ask.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct str body = {(const char *)data, len};
	const char *why = NULL;
	struct clip_ask a;

	if (clip_ask_read(&a, body, &why) == -1) {
		if (why == NULL)
			abort();
		return 0;
	}
	if (len > CLIP_ASK_MAX_BYTES || a.broadcast[0] == '\0' ||
	    !str_slug(str_from(a.broadcast), NAME_SIZE - 1) ||
	    !str_utf8(str_from(a.title)) || strpbrk(a.title, "\r\n") != NULL)
		abort();
	return 0;
}
