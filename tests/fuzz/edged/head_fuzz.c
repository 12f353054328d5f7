#include "address.h"
#include "head.h"

#include <stdlib.h>

/*
 * Whatever is taken for a head ends where it was found to end, whatever came
 * at once, and all that was read lies in it.
 */
static void
inside(struct str s, struct str all)
{
	if (s.len > 0 && (s.p < all.p || s.p + s.len > all.p + all.len) &&
	    !str_eqz(s, "/"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	size_t end = head_end(bytes, 0);
	struct address peer = {{0}};
	struct trust all = {.n = 1}; /* everybody */
	unsigned status = 0;
	struct head head;
	const char *why;

	for (size_t seen = 0; seen < size && seen < 64; seen++)
		if (head_end(bytes, seen) != end &&
		    head_end((struct str){bytes.p, seen}, 0) == 0)
			abort();
	if (end == 0)
		return 0;
	if (end > size)
		abort();
	bytes.len = end;
	if (head_read(bytes, &head, &status, &why) == -1) {
		if (status < 400 || status > 505 || why == NULL)
			abort();
		return 0;
	}
	if (head.bytes != end)
		abort();
	inside(head.path, bytes);
	inside(head.query, bytes);
	inside(head.range, bytes);
	inside(head.forwarded_for, bytes);
	inside(head.forwarded, bytes);
	(void)trust_client(&all, &peer, head.forwarded, head.forwarded_for);
	return 0;
}
