#include "intake.h"
#include "clock.h"
#include "json.h"
#include "mp.h"
#include "schema.h"
#include "uuid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP = 65536, WHY_BYTES = 512 };

struct intake {
	const char *source;
	struct buf in;
	size_t at;      /* bytes of IN that were taken */
	size_t scanned; /* bytes after AT without a newline */
	struct buf keep, out;
	uint64_t place;
	bool ended, transient;
	char id[UUID_TEXT_SIZE];
	char why[WHY_BYTES];
};

struct intake *
intake_open(const char *source)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->source = source;
	buf_init(&in->in, EVENT_MAX_JSON + 2 * STEP);
	buf_init(&in->keep, EVENT_MAX_JSON);
	buf_init(&in->out, EVENT_MAX);
	return in;
}

void
intake_close(struct intake *in)
{
	if (in == NULL)
		return;
	buf_fini(&in->in);
	buf_fini(&in->keep);
	buf_fini(&in->out);
	free(in);
}

uint64_t
intake_place(const struct intake *in)
{
	return in->place;
}

int
intake_read(struct intake *in, int fd)
{
	ssize_t n;

	if (in->at > 0) {
		buf_consume(&in->in, in->at);
		in->at = 0;
	}
	if (buf_reserve(&in->in, STEP) == -1)
		return -1;
	do
		n = read(fd, in->in.p + in->in.len, STEP);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -1;
	in->in.len += (size_t)n;
	in->ended = n == 0;
	return n > 0;
}

bool
intake_transient(const struct intake *in)
{
	return in->transient;
}

static struct str
say(struct intake *in, const char *why)
{
	(void)str_copy(in->why, sizeof(in->why), str_from(why));
	return str_from(in->why);
}

/* Fill in what E lacks and encode it. */
static enum intake_record
finish(struct intake *in, struct event *e, struct str *out)
{
	const struct schema *schema;

	if (e->id.len == 0) {
		if (uuid_v7(in->id) == -1) {
			*out = say(in, "no random bytes for an id");
			return INTAKE_REFUSED;
		}
		e->id = str_from(in->id);
	}
	if (e->source.len == 0)
		e->source = str_from(in->source);
	if (e->time_us == 0)
		e->time_us = clock_real_us();
	e->seq = 0;
	e->version = 0;
	buf_reset(&in->out);
	if (event_encode(e, &in->out) == -1) {
		if (errno == ENOMEM)
			return INTAKE_FAILED;
		*out = say(in, "longer than an event may be");
		return INTAKE_REFUSED;
	}
	*out = buf_str(&in->out);
	schema = schema_named(e->type_name);
	in->transient = schema != NULL && schema->kept == EVENT_TRANSIENT;
	return INTAKE_EVENT;
}

static enum intake_record
next_line(struct intake *in, struct str *out)
{
	const uint8_t *start = in->in.p + in->at;
	size_t left = in->in.len - in->at;
	const uint8_t *end =
	    memchr(start + in->scanned, '\n', left - in->scanned);
	struct str line = {(const char *)start, left};
	struct event e;

	if (end == NULL && !in->ended) {
		in->scanned = left;
		return INTAKE_NONE;
	}
	if (end != NULL)
		line.len = (size_t)(end - start);
	in->at += line.len + (end != NULL);
	in->scanned = 0;
	in->place++;
	if (event_from_json(&e, line, &in->keep, in->why, sizeof(in->why)) ==
	    -1) {
		if (errno == ENOMEM)
			return INTAKE_FAILED;
		*out = str_from(in->why);
		return INTAKE_REFUSED;
	}
	return finish(in, &e, out);
}

static enum intake_record
next_msgpack(struct intake *in, struct str *out)
{
	const uint8_t *start = in->in.p + in->at;
	ptrdiff_t n = mp_size(start, in->in.len - in->at);
	struct event e;
	const char *why;

	if (n == 0 && !in->ended)
		return INTAKE_NONE;
	in->place++;
	if (n <= 0) {
		*out = say(in, n == 0 ? "the input ends within an event"
				      : "not msgpack and not JSON");
		return INTAKE_BROKEN;
	}
	in->at += (size_t)n;
	if (event_decode(&e, start, (size_t)n, &why) == -1) {
		*out = say(in, why);
		return INTAKE_REFUSED;
	}
	return finish(in, &e, out);
}

enum intake_record
intake_next(struct intake *in, struct str *out)
{
	for (; in->at < in->in.len; in->at++) {
		uint8_t c = in->in.p[in->at];

		if (c == '\n')
			in->place++; /* an empty line */
		else if (c != ' ' && c != '\t' && c != '\r')
			break;
	}
	if (in->at == in->in.len)
		return INTAKE_NONE;
	/* Every other first byte of JSON is an event's in neither form, and
	 * the reader of lines says so best. */
	if (in->in.p[in->at] < 0x80)
		return next_line(in, out);
	return next_msgpack(in, out);
}
