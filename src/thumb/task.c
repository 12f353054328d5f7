#include "task.h"

#include <string.h>

void
task_put(struct buf *b, const struct task_record *r)
{
	(void)buf_put(b, r, sizeof(*r));
}

void
task_track(struct buf *b, const struct media_track *t)
{
	const struct task_record r = {.op = TASK_TRACK,
	    .bytes = (uint32_t)t->config_len,
	    .a = t->kind,
	    .b = t->codec,
	    .c = t->channels,
	    .d = t->sample_rate_hz};

	task_put(b, &r);
	(void)buf_put(b, t->config, t->config_len);
}

void
task_unit(struct buf *b, int fd, uint64_t offset, uint32_t bytes)
{
	const struct task_record r = {
	    .op = TASK_UNIT, .a = (uint64_t)fd, .b = offset, .c = bytes};

	task_put(b, &r);
}

void
task_sheet(struct buf *b, enum picture_form form, unsigned width,
    unsigned height, unsigned columns, unsigned pictures)
{
	const struct task_record r = {.op = TASK_SHEET,
	    .bytes = 1,
	    .a = width,
	    .b = height,
	    .c = columns,
	    .d = pictures};
	const uint8_t octet = (uint8_t)form;

	task_put(b, &r);
	(void)buf_put(b, &octet, 1);
}

bool
task_next(struct str *answer, struct task_answer *a, struct str *bytes)
{
	if (answer->len < sizeof(*a))
		return false;
	memcpy(a, answer->p, sizeof(*a));
	if (a->bytes > answer->len - sizeof(*a))
		return false;
	*bytes = (struct str){answer->p + sizeof(*a), a->bytes};
	answer->p += sizeof(*a) + a->bytes;
	answer->len -= sizeof(*a) + a->bytes;
	return true;
}
