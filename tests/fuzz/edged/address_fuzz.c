#include "address.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A list of those that are trusted, a NUL, and what is told in their name. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
	struct address peer = {{0}}, got;
	struct trust t, nobody = {.n = 0};
	struct str told;

	if (nul == NULL || !trust_parse((const char *)data, &t))
		return 0;
	told = (struct str){
	    (const char *)nul + 1, size - (size_t)(nul + 1 - data)};
	(void)trust_client(&t, &peer, told, (struct str){NULL, 0});
	got = trust_client(&t, &peer, (struct str){NULL, 0}, told);
	/* Of the untrusted nobody's word counts. */
	if (!trust_has(&t, &peer) && !address_eq(&got, &peer))
		abort();
	got = trust_client(&nobody, &peer, told, told);
	if (!address_eq(&got, &peer))
		abort();
	return 0;
}
