#include "from.h"
#include "clock.h"
#include "num.h"

#include <errno.h>
#include <string.h>

int
from_parse(struct from *f, const char *text)
{
	*f = (struct from){.kind = FROM_SEQ};
	if (strcmp(text, "now") == 0) {
		f->kind = FROM_NOW;
		return 0;
	}
	if (num_parse(text, 0, UINT64_MAX - 1, &f->seq) == 0)
		return 0;
	f->kind = FROM_TIME;
	return clock_parse(text, &f->time_us);
}

/*
 * The first event that its producer puts at TIME_US or later.  None was
 * committed before that, so only the block of that time needs a look.
 */
static int
find_time(uint64_t time_us, struct log *l, uint64_t *position)
{
	struct log_reader *r;
	struct event e;
	uint64_t seq;
	int n;

	if (log_seq_at(l, time_us, &seq) == -1 ||
	    (r = log_reader_open(l, seq)) == NULL)
		return -1;
	while ((n = log_reader_next(r, &e)) != 0) {
		if (n == -1 && errno != EBADMSG)
			break;
		if (n == -1)
			continue; /* told when its turn comes */
		if (e.time_us >= time_us)
			break;
		seq = e.seq + 1;
	}
	log_reader_close(r);
	if (n == -1)
		return -1;
	*position = seq - 1;
	return 0;
}

int
from_find(const struct from *f, struct log *l, uint64_t *position)
{
	switch (f->kind) {
	case FROM_SEQ:
		*position = f->seq > 0 ? f->seq - 1 : 0;
		return 0;
	case FROM_NOW:
		*position = 0;
		return l != NULL ? log_head(l, position) : 0;
	case FROM_TIME:
		break;
	}
	*position = 0;
	return l != NULL ? find_time(f->time_us, l, position) : 0;
}
