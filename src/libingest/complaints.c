#include "complaints.h"
#include "err.h"

#include <inttypes.h>

enum { SECOND_MS = 1000 };

void
complaints_say(struct complaints *c, const char *host, const char *port,
    const char *channel, const char *why)
{
	if (c->left == 0) {
		c->unsaid++;
		return;
	}
	c->left--;
	err_warn("refused address=%s:%s%s%s reason=\"%s\"", host, port,
	    *channel != '\0' ? " channel=" : "", channel, why);
}

void
complaints_tick(struct complaints *c, uint64_t now_ms)
{
	if (now_ms < c->since_ms + SECOND_MS)
		return;
	if (c->unsaid > 0)
		err_warn("refused more, for like reasons: refused=%" PRIu64,
		    c->unsaid);
	*c = (struct complaints){
	    .left = COMPLAINTS_A_SECOND, .since_ms = now_ms};
}
