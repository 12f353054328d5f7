#include "print.h"
#include "json.h"

#include <stdlib.h>

struct print {
	FILE *out;
	bool json;
	struct buf line;
};

struct print *
print_open(FILE *out, bool json)
{
	struct print *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->out = out;
	p->json = json;
	buf_init(&p->line, EVENT_MAX_JSON);
	return p;
}

void
print_close(struct print *p)
{
	if (p == NULL)
		return;
	buf_fini(&p->line);
	free(p);
}

int
print_event(struct print *p, const struct event *e, struct str raw)
{
	if (p->json) {
		buf_reset(&p->line);
		if (event_to_json(e, &p->line) == -1 ||
		    buf_puts(&p->line, "\n") == -1)
			return -1;
		raw = buf_str(&p->line);
	}
	return fwrite(raw.p, 1, raw.len, p->out) == raw.len ? 0 : -1;
}
