#include "statement.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Nobody has the secret half of this key: no input is a good statement. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct key_public nobody = {{1, 2, 3}};
	struct statement s;
	const char *why = NULL;

	if (statement_read(&s, &nobody, (struct str){(const char *)data, len},
		&why) == 0 ||
	    why == NULL || s.points > STATEMENT_POINTS)
		abort();
	return 0;
}
