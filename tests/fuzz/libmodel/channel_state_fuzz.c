/* Any row: it is refused, or written again it says the same. */
#include "channel_state.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel_state c, again;
	struct buf b;

	if (channel_state_read(&c, (struct str){(const char *)data, size}) ==
	    -1)
		return 0;
	buf_init(&b, 1 << 20);
	if (channel_state_write(&c, &b) == -1 ||
	    channel_state_read(&again, buf_str(&b)) == -1 ||
	    memcmp(&c, &again, sizeof(c)) != 0)
		abort();
	buf_fini(&b);
	return 0;
}
