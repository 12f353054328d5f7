#include "frame.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Whatever is taken for a head ends where it was found to end, whatever came
 * at once; what is handed on ends there too, and says itself no other frame.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	size_t end = frame_end(bytes, 0);
	struct frame frame, again;
	unsigned status = 0;
	const char *why;
	char *head;

	for (size_t seen = 0; seen < size && seen < 64; seen++)
		if (frame_end(bytes, seen) != end &&
		    frame_end((struct str){bytes.p, seen}, 0) == 0)
			abort();
	if (end == 0)
		return 0;
	if (end > size || (head = malloc(end)) == NULL)
		abort();
	memcpy(head, data, end);
	if (frame_read(head, end, &frame, &status, &why) == -1) {
		if (status < 400 || status > 505 || why == NULL)
			abort();
	} else {
		if (frame.head_bytes != end || frame.skip >= end)
			abort();
		/* A gateway that handed it to another of us is understood. */
		if (frame_read(head + frame.skip, end - frame.skip, &again,
			&status, &why) == 0 &&
		    (again.skip != 0 || again.http_1_0 || !again.keep_alive ||
			again.body_bytes != frame.body_bytes))
			abort();
	}
	free(head);
	return 0;
}
