#include "clips_fold.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct str recording_prefix = {"recording/", 10};
static const struct str clip_prefix = {"clip/", 5};

struct key {
	char text[sizeof("clip/") + NAME_SIZE];
};

static struct str
key_of(struct key *k, struct str id)
{
	int n = snprintf(k->text, sizeof(k->text), "clip/%.*s", STRF(id));

	return (struct str){k->text, (size_t)n};
}

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

static bool
is_name(struct str s)
{
	return str_slug(s, NAME_SIZE - 1);
}

/* The broadcast that E's subject names, or empty. */
static struct str
broadcast_of(const struct event *e)
{
	struct str none = {NULL, 0};

	if (!str_starts(e->subject, recording_prefix))
		return none;
	return (struct str){e->subject.p + recording_prefix.len,
	    e->subject.len - recording_prefix.len};
}

bool
clips_fold_wants(enum event_type type)
{
	return type == EVENT_ClipCreated || type == EVENT_ClipRemoved;
}

/* The clip ID as P has it: 1 with *C, 0, or -1 with errno. */
static int
load(struct projection *p, struct str id, struct clip_state *c)
{
	struct key k;
	struct str row;
	int n = projection_get(p, key_of(&k, id), &row);

	return n == 1 && clip_state_read(c, row) == -1 ? -1 : n;
}

static int
created(struct projection *p, const struct event *e)
{
	struct ClipCreated in;
	struct clip_state c = {.created_us = e->time_us};
	struct key k;
	struct buf b;
	int n;

	if (EVENT_GET(e, ClipCreated, &in) == -1 || !is_name(in.clip) ||
	    !is_name(in.channel) || !is_name(broadcast_of(e)) ||
	    in.to_us <= in.from_us)
		return bad();
	/* An id that is somebody's already is no id. */
	if ((n = load(p, in.clip, &c)) != 0)
		return n == 1 ? bad() : -1;
	c.created_us = e->time_us;
	c.from_us = in.from_us;
	c.to_us = in.to_us;
	if (str_copy(c.clip, sizeof(c.clip), in.clip) == -1 ||
	    str_copy(c.channel, sizeof(c.channel), in.channel) == -1 ||
	    str_copy(c.broadcast, sizeof(c.broadcast), broadcast_of(e)) == -1 ||
	    str_copy(c.title, sizeof(c.title), in.title) == -1)
		return bad();
	buf_init(&b, PROJECTION_MAX_VALUE);
	n = clip_state_write(&c, &b);
	if (n == 0)
		n = projection_put(p, key_of(&k, in.clip), buf_str(&b));
	buf_fini(&b);
	return n;
}

static int
removed(struct projection *p, const struct event *e)
{
	struct ClipRemoved in;
	struct clip_state c;
	struct key k;
	int n;

	if (EVENT_GET(e, ClipRemoved, &in) == -1 || !is_name(in.clip))
		return bad();
	if ((n = load(p, in.clip, &c)) != 1)
		return n;
	if (!str_eqz(broadcast_of(e), c.broadcast))
		return bad();
	return projection_del(p, key_of(&k, in.clip));
}

int
clips_fold_apply(struct projection *p, const struct event *e)
{
	return e->type == EVENT_ClipCreated ? created(p, e) : removed(p, e);
}

int
clips_fold_touched(
    struct projection *p, const struct event *e, struct clip_state *c)
{
	struct ClipCreated in;
	struct ClipRemoved out;
	struct str id;
	int n;

	if (e->type == EVENT_ClipCreated && EVENT_GET(e, ClipCreated, &in) == 0)
		id = in.clip;
	else if (e->type == EVENT_ClipRemoved &&
		 EVENT_GET(e, ClipRemoved, &out) == 0)
		id = out.clip;
	else
		return 0;
	if (!is_name(id) || (n = load(p, id, c)) == 1)
		return is_name(id);
	*c = (struct clip_state){.clip = ""};
	(void)str_copy(c->clip, sizeof(c->clip), id);
	return n == 0 ? 1 : -1;
}

struct each {
	clips_fold_fn *fn;
	void *arg;
};

static int
each_row(void *arg, struct str key, struct str value)
{
	const struct each *each = arg;
	struct clip_state c;

	(void)key;
	return clip_state_read(&c, value) == -1 ? -1 : each->fn(each->arg, &c);
}

int
clips_fold_each(struct projection *p, clips_fold_fn *fn, void *arg)
{
	struct each each = {fn, arg};

	return projection_walk(p, clip_prefix, each_row, &each);
}
