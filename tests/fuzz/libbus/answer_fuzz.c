#include "pending.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What the callbacks must have in common with any answer. */
struct seen {
	size_t n, ends;
};

static void
appended(void *arg, size_t index, const struct bus_result *r)
{
	struct seen *s = arg;

	if (index != s->n++ || r->status > BUS_BUSY || r->status == BUS_BUSY)
		abort();
}

static void
listed(void *arg, const struct event *e)
{
	struct seen *s = arg;

	if (e == NULL)
		s->ends++;
	else if (s->n++ == 3 || e->subject.len > EVENT_MAX_SUBJECT)
		abort();
}

/*
 * The input is an answer, given again and again to an append of three
 * events and to a query for at most three, until they come to an end.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pending *append, *last;
	struct seen a = {0}, l = {0};
	struct wire_answer answer;
	uint64_t number = 1;
	struct buf b;
	int rc = 1;

	if (wire_answer_decode(&answer, data, len) == -1)
		return 0;
	buf_init(&b, WIRE_MAX_REQUEST);
	append = pending_append(STR("\x80\x80\x80"), 1, &b);
	last = pending_last(STR("a"), false, STR("b"), 3, 1, &b);
	if (append == NULL || last == NULL)
		abort();
	append->arg = &a;
	append->appended = appended;
	last->arg = &l;
	last->listed = listed;
	if (answer.op != WIRE_LAST) {
		for (int i = 0; i < 4 && rc == 1; i++)
			rc = pending_merge(append, &answer, &number, &b);
		if (rc == 0)
			pending_finish(append);
		if (rc == 0 ? a.n != 3 : a.n != 0)
			abort();
	}
	if (answer.op != WIRE_APPEND) {
		for (rc = 1; rc == 1 && l.n < 4;)
			rc = pending_page(last, &answer, &number, &b);
		if (rc != 0 || l.n > 3)
			abort();
		pending_finish(last);
		if (l.ends != 1)
			abort();
	}
	pending_free(append);
	pending_free(last);
	buf_fini(&b);
	return 0;
}
