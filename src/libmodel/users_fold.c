#include "users_fold.h"
#include "clock.h"
#include "seal.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

static const struct str prefix = {"user/", 5};

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

static int
added(struct projection *p, const struct event *e)
{
	struct str row;
	struct buf b;
	int n = projection_get(p, e->subject, &row);

	/* Somebody who is known is not added again, and who was forgotten
	 * comes back as nobody. */
	if (n != 0)
		return n == 1 ? bad() : -1;
	buf_init(&b, EVENT_MAX);
	if ((n = event_encode(e, &b)) == 0)
		n = projection_put(p, e->subject, buf_str(&b));
	buf_fini(&b);
	return n;
}

static int
apply(struct projection *p, const struct event *e)
{
	struct str row;
	int n;

	if (!str_starts(e->subject, prefix))
		return e->type == EVENT_UserAdded ? bad() : 0;
	if (e->type == EVENT_UserAdded)
		return added(p, e);
	if ((n = projection_get(p, e->subject, &row)) != 1)
		return n;
	return projection_put(p, e->subject, STR(""));
}

static const enum event_type wanted[] = {
    EVENT_UserAdded, EVENT_SubjectForgotten, EVENT_NONE};

const struct projection_type users_fold = {
    .name = "users",
    .version = 1,
    .want = wanted,
    .apply = apply,
};

/* A JSON string, or null for what was not told or cannot be read any more. */
static json_t *
text(const struct personal *p)
{
	struct str s;

	return personal_text(p, &s) && s.len > 0 ? json_stringn(s.p, s.len)
						 : json_null();
}

/* What the row's event E says, opened with KEYS.  NULL with errno. */
static json_t *
known(const struct event *e, struct keyring *keys)
{
	char since[CLOCK_RFC3339_SIZE];
	struct UserAdded u;
	struct event opened;
	json_t *o = NULL;
	struct buf b;

	buf_init(&b, EVENT_MAX);
	if (seal_open_event(keys, e, &opened, &b) == 0 &&
	    EVENT_GET(&opened, UserAdded, &u) == 0) {
		clock_rfc3339(e->time_us, since);
		errno = ENOMEM;
		o = json_pack("{s:o, s:o, s:s}", "name", text(&u.name), "email",
		    text(&u.email), "since", since);
	}
	buf_fini(&b);
	return o;
}

int
users_fold_json(
    struct str key, struct str value, struct keyring *keys, struct buf *out)
{
	const char *why;
	struct event e;
	json_t *o = value.len > 0 ? NULL : json_object();
	char *line = NULL;
	int rc = -1;

	if (value.len > 0 && event_decode(&e, value.p, value.len, &why) == -1)
		return -1;
	if (o == NULL && (o = known(&e, keys)) == NULL)
		return -1;
	if (json_object_set_new(o, "id",
		json_stringn(key.p + prefix.len, key.len - prefix.len)) == 0 &&
	    json_object_set_new(o, "forgotten", json_boolean(value.len == 0)) ==
		0 &&
	    (line = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS)) != NULL)
		rc = buf_puts(out, line) == 0 ? 1 : -1;
	else
		errno = ENOMEM;
	free(line);
	json_decref(o);
	return rc;
}
