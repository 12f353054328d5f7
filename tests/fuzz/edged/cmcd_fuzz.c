#include "cmcd.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read is within its limits, and what was not changed nothing. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct cmcd c, before;

	memset(&c, 0, sizeof(c));
	cmcd_init(&c);
	before = c;
	if (cmcd_read(text, &c) == -1 && memcmp(&c, &before, sizeof(c)) != 0)
		abort();
	if (memchr(c.session, '\0', sizeof(c.session)) == NULL ||
	    memchr(c.stream, '\0', sizeof(c.stream)) == NULL ||
	    memchr(c.object, '\0', sizeof(c.object)) == NULL ||
	    c.bitrate_kbps > CMCD_MAX_NUMBER || c.buffer_ms > CMCD_MAX_NUMBER ||
	    c.throughput_kbps > CMCD_MAX_NUMBER ||
	    c.deadline_ms > CMCD_MAX_NUMBER || c.rate_permille > CMCD_MAX_RATE)
		abort();
	(void)cmcd_query(text, &c);
	return 0;
}
