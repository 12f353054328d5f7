#include "release.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Two versions with a newline between: the order is the same both ways. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *p = (const char *)data;
	const char *cut = len > 0 ? memchr(p, '\n', len) : NULL;
	struct str a = {p, len}, b = {"1.5.1-1+deb12u2", 15};
	int one, other;

	if (cut != NULL) {
		a.len = (size_t)(cut - p);
		b = (struct str){cut + 1, len - a.len - 1};
	}
	one = release_compare(a, b);
	other = release_compare(b, a);
	if ((one < 0) != (other > 0) || (one == 0) != (other == 0))
		abort();
	return 0;
}
