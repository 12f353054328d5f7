#include "print.h"
#include "json.h"
#include "seal.h"

#include <stdlib.h>

struct print {
	FILE *out;
	bool json;
	struct keyring *keyring;
	struct buf opened, line;
};

struct print *
print_open(FILE *out, bool json, const char *keys)
{
	struct print *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->out = out;
	p->json = json;
	buf_init(&p->opened, EVENT_MAX);
	buf_init(&p->line, EVENT_MAX_JSON);
	if ((p->keyring = keyring_open(keys)) == NULL) {
		print_close(p);
		return NULL;
	}
	return p;
}

void
print_close(struct print *p)
{
	if (p == NULL)
		return;
	keyring_close(p->keyring);
	buf_fini(&p->opened);
	buf_fini(&p->line);
	free(p);
}

int
print_event(struct print *p, const struct event *e, struct str raw)
{
	struct event opened;

	if (p->json) {
		buf_reset(&p->line);
		if (seal_open_event(p->keyring, e, &opened, &p->opened) == -1 ||
		    event_to_json(&opened, &p->line) == -1 ||
		    buf_puts(&p->line, "\n") == -1)
			return -1;
		raw = buf_str(&p->line);
	}
	return fwrite(raw.p, 1, raw.len, p->out) == raw.len ? 0 : -1;
}
