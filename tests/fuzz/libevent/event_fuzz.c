#include "event.h"
#include "json.h"
#include "mp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What was decoded encodes, and decodes again to the same. */
static void
again(const struct event *e)
{
	const char *why;
	struct event back;
	struct buf b;

	buf_init(&b, EVENT_MAX);
	if (event_encode(e, &b) == 0) {
		if (event_decode(&back, b.p, b.len, &why) == -1 ||
		    back.seq != e->seq || back.time_us != e->time_us ||
		    !str_eq(back.subject, e->subject) ||
		    !str_eq(back.data, e->data))
			abort();
	}
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	union {
#define EVENT(number, name, kept, class, subject, doc) struct name name;
#define FIELD(name, number, field, type, unit, limit, need, doc)
#define END(name)
#include "events.h"
	} any;
	struct event e;
	struct buf b;
	const char *why;
	char text[256];
	ptrdiff_t n = mp_size(data, len);

	(void)event_peek_type(data, len);
	if (event_decode(&e, data, len, &why) == -1)
		return 0;
	if (!str_eq(event_peek_type(data, len), e.type_name))
		abort();
	/* Whole events have a size, and it is theirs. */
	if (n != (ptrdiff_t)len)
		abort();
	again(&e);
	(void)event_validate(&e, text, sizeof(text));
	(void)event_get(&e, e.type, &any);
	buf_init(&b, EVENT_MAX_JSON);
	(void)event_to_json(&e, &b);
	buf_fini(&b);
	return 0;
}
