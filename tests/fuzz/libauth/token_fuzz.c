#include "token.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* A token that anybody wrote, and claims that some key did sign. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str s = {(const char *)data, size};
	char kid[TOKENKEY_ID_SIZE];
	const char *why = NULL;
	struct token t;

	if (token_header(s, kid, &why) == 0)
		assert(tokenkey_is_id(str_from(kid)));
	else
		assert(errno == EACCES && why != NULL);
	assert(token_check("/nowhere", s, 1800000000, &t, &why) == -1 &&
	       errno == EACCES && why != NULL);
	if (token_claims(s, 1800000000, &t, &why) == 0)
		assert(str_graphic(str_from(t.role)) &&
		       t.expires_s + TOKEN_LEEWAY_S > 1800000000);
	else
		assert(errno == EACCES && why != NULL);
	return 0;
}
