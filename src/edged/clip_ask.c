#include "clip_ask.h"

#include "clock.h"

#include <jansson.h>
#include <string.h>

enum { MAX_DEPTH = 8 };

#define MAX_SECONDS 3155760000.0 /* a century */

static int
refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

/* A place: seconds, or an RFC 3339 date-time. */
static int
read_place(const json_t *v, bool *is_wall, uint64_t *us)
{
	double s;

	if (json_is_string(v)) {
		*is_wall = true;
		return clock_parse(json_string_value(v), us);
	}
	if (!json_is_number(v))
		return -1;
	s = json_number_value(v);
	if (!(s >= 0 && s <= MAX_SECONDS))
		return -1;
	*is_wall = false;
	*us = (uint64_t)(s * 1000000 + 0.5);
	return 0;
}

/* Text of so many characters, of which none is a control; jansson has seen to
 * it that it is UTF-8. */
static bool
is_title(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
		/* C1 controls are 0xc2 and one below 0xa0. */
		if ((unsigned char)s[0] == 0xc2 && (unsigned char)s[1] < 0xa0)
			return false;
		n += (*s & 0xc0) != 0x80;
	}
	return n <= CLIP_ASK_MAX_TITLE;
}

static int
read_title(struct clip_ask *a, const json_t *v, const char **why)
{
	if (v == NULL)
		return 0;
	if (!json_is_string(v) ||
	    json_string_length(v) != strlen(json_string_value(v)) ||
	    !is_title(json_string_value(v)) ||
	    str_copy(a->title, sizeof(a->title),
		str_from(json_string_value(v))) == -1)
		return refuse(why,
		    "The title must be text of at most 200 characters "
		    "(and 400 bytes).");
	return 0;
}

static int
read_object(struct clip_ask *a, const json_t *o, const char **why)
{
	const json_t *id = json_object_get(o, "broadcast");

	if (!json_is_object(o))
		return refuse(why, "The body must be a JSON object.");
	if (!json_is_string(id) ||
	    !str_slug(str_from(json_string_value(id)), NAME_SIZE - 1) ||
	    str_copy(a->broadcast, sizeof(a->broadcast),
		str_from(json_string_value(id))) == -1)
		return refuse(why, "It must name a broadcast.");
	if (read_place(json_object_get(o, "from"), &a->from_is_wall,
		&a->from_us) == -1)
		return refuse(why, "It must say from where: seconds from the "
				   "broadcast's start, or a date-time.");
	if (read_place(json_object_get(o, "to"), &a->to_is_wall, &a->to_us) ==
	    -1)
		return refuse(why, "It must say to where: seconds from the "
				   "broadcast's start, or a date-time.");
	return read_title(a, json_object_get(o, "title"), why);
}

/* Is S nested so deep that it would take jansson much of the stack? */
static bool
is_deep(struct str s)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']') && depth > 0)
			depth--;
		if (depth > MAX_DEPTH)
			return true;
	}
	return false;
}

int
clip_ask_read(struct clip_ask *a, struct str body, const char **why)
{
	json_error_t error;
	json_t *o;
	int r;

	*a = (struct clip_ask){.broadcast = ""};
	if (body.len > CLIP_ASK_MAX_BYTES)
		return refuse(why, "The body is too large.");
	o = body.len > 0 && !is_deep(body)
		? json_loadb(body.p, body.len, JSON_REJECT_DUPLICATES, &error)
		: NULL;
	if (o == NULL)
		return refuse(why, "The body is not JSON.");
	r = read_object(a, o, why);
	json_decref(o);
	return r;
}
