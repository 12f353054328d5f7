#include "pace.h"
#include "clock.h"

#include <poll.h>

enum {
	MS_US = 1000,
	/* Farther off than this, either way, is a jump: begin anew. */
	JUMP_US = 5000000
};

bool
pace_wait(struct pace *p, int64_t at_us, int stop_fd)
{
	struct pollfd fd = {.fd = stop_fd, .events = POLLIN};
	int64_t now_us = (int64_t)clock_mono_us(), wait_us;

	wait_us = (int64_t)p->began_us + (at_us - p->first_us) - now_us;
	if (!p->begun || wait_us > JUMP_US || wait_us < -JUMP_US) {
		p->begun = true;
		p->first_us = at_us;
		p->began_us = (uint64_t)now_us;
		wait_us = 0;
	}
	if (wait_us < MS_US)
		return true;
	return poll(&fd, 1, (int)(wait_us / MS_US)) != 1;
}
