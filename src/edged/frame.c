#include "frame.h"

#include "num.h"

#include <string.h>
#include <strings.h>

enum method { METHOD_BARE, METHOD_POST, METHOD_OTHER };

/* What is still to be read, and what was counted on the way. */
struct cursor {
	char *head;
	struct str left;
	enum method method;
	unsigned hosts, lengths, fields, tokens;
	bool encoded; /* Transfer-Encoding */
	unsigned status;
	const char *why;
};

static int
refuse(struct cursor *c, unsigned status, const char *why)
{
	c->status = status;
	c->why = why;
	return -1;
}

static const char malformed[] = "The request's head is not HTTP/1.1.";
static const char bad_target[] = "The request's target is malformed.";

size_t
frame_end(struct str bytes, size_t seen)
{
	/* A bare LF ends one as well, which is refused when it is read. */
	for (size_t i = seen > 3 ? seen - 3 : 0; i < bytes.len; i++) {
		const char *lf = memchr(bytes.p + i, '\n', bytes.len - i);

		if (lf == NULL)
			return 0;
		i = (size_t)(lf - bytes.p);
		if (i + 1 < bytes.len && lf[1] == '\n')
			return i + 2;
		if (i + 2 < bytes.len && lf[1] == '\r' && lf[2] == '\n')
			return i + 3;
	}
	return 0;
}

/* The next line without its CRLF. */
static int
take_line(struct cursor *c, struct str *line)
{
	const char *lf = memchr(c->left.p, '\n', c->left.len);
	size_t len;

	if (lf == NULL || lf == c->left.p || lf[-1] != '\r')
		return refuse(c, 400, malformed);
	len = (size_t)(lf - c->left.p);
	*line = (struct str){c->left.p, len - 1};
	c->left.p += len + 1;
	c->left.len -= len + 1;
	for (size_t i = 0; i < line->len; i++) {
		unsigned char octet = (unsigned char)line->p[i];

		if ((octet < ' ' && octet != '\t') || octet == 0x7f)
			return refuse(c, 400, malformed);
	}
	return 0;
}

/* RFC 9110, 5.6.2. */
static bool
is_token(struct str s)
{
	static const char tchar[] =
	    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(tchar, s.p[i]) == NULL)
			return false;
	return s.len > 0;
}

/* What a Host may hold: RFC 9110, 7.2, without user information. */
static bool
host_ok(struct str s)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._~:[]%!$&'()*+;=";

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(allowed, s.p[i]) == NULL)
			return false;
	return true;
}

static bool
is(struct str s, const char *name)
{
	return s.len == strlen(name) && strncasecmp(s.p, name, s.len) == 0;
}

/* Up to the next of END, which is passed over; all of *S without one. */
static struct str
take_until(struct str *s, char end)
{
	const char *at = s->len > 0 ? memchr(s->p, end, s->len) : NULL;
	struct str taken = {s->p, at != NULL ? (size_t)(at - s->p) : s->len};

	s->p += taken.len + (at != NULL);
	s->len -= taken.len + (at != NULL);
	return taken;
}

static struct str
trimmed(struct str s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* True when LIST, of tokens between commas, holds TOKEN. */
static bool
has_token(struct str list, const char *token)
{
	while (list.len > 0) {
		struct str item = take_until(&list, ',');

		if (is(trimmed(take_until(&item, ';')), token))
			return true;
	}
	return false;
}

/* Octet AT of the head, which is ours to change. */
static char *
octet(const struct cursor *c, const char *at)
{
	return c->head + (at - c->head);
}

static int
read_method(struct cursor *c, struct str s)
{
	static const struct {
		const char *name;
		enum method method;
	} known[] = {{"GET", METHOD_BARE}, {"HEAD", METHOD_BARE},
	    {"OPTIONS", METHOD_BARE}, {"POST", METHOD_POST},
	    {"PUT", METHOD_OTHER}, {"DELETE", METHOD_OTHER},
	    {"PATCH", METHOD_OTHER}, {"CONNECT", METHOD_OTHER},
	    {"TRACE", METHOD_OTHER}};

	if (!is_token(s))
		return refuse(c, 400, malformed);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_eqz(s, known[i].name)) {
			c->method = known[i].method;
			return 0;
		}
	return refuse(c, 501, "This server does not know that method.");
}

/*
 * The target S names the host: it is passed over, and the method, METHOD octets
 * of it at the head's start, moved up to the path.
 */
static int
drop_host(struct cursor *c, struct str s, size_t method, struct frame *f)
{
	size_t scheme = 7, end;

	if (s.len > 8 && strncasecmp(s.p, "https://", 8) == 0)
		scheme = 8;
	else if (s.len <= 7 || strncasecmp(s.p, "http://", 7) != 0)
		return refuse(c, 400, bad_target);
	for (end = scheme; end < s.len; end++)
		if (s.p[end] == '/' || s.p[end] == '?')
			break;
	if (end == scheme || !host_ok((struct str){s.p + scheme, end - scheme}))
		return refuse(c, 400, bad_target);
	/* Of this form alone the path may be empty. */
	if (end == s.len || s.p[end] == '?')
		*octet(c, s.p + --end) = '/';
	f->skip = end;
	memmove(c->head + end, c->head, method + 1);
	return 0;
}

/* RFC 9112, 3.2: the origin form, the absolute form, the asterisk form. */
static int
read_target(struct cursor *c, struct str method, struct str s, struct frame *f)
{
	if (s.len == 0)
		return refuse(c, 400, malformed);
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] <= ' ')
			return refuse(c, 400, malformed);
	if (str_eqz(s, "*") && str_eqz(method, "OPTIONS"))
		f->asterisk = true;
	else if (s.p[0] != '/')
		return drop_host(c, s, method.len, f);
	return 0;
}

static int
read_version(struct cursor *c, struct str s, struct frame *f)
{
	if (str_eqz(s, "HTTP/1.1"))
		return 0;
	if (str_eqz(s, "HTTP/1.0")) {
		f->http_1_0 = true;
		*octet(c, s.p + s.len - 1) = '1';
		return 0;
	}
	if (s.len == 8 && memcmp(s.p, "HTTP/", 5) == 0 && s.p[6] == '.')
		return refuse(c, 505, "This server speaks HTTP/1.1.");
	return refuse(c, 400, malformed);
}

static int
read_request_line(struct cursor *c, struct frame *f)
{
	struct str line, method, target;

	if (take_line(c, &line) == -1)
		return -1;
	method = take_until(&line, ' ');
	target = take_until(&line, ' ');
	/* The version first: of another one nothing else is known. */
	if (read_version(c, line, f) == -1 || read_method(c, method) == -1)
		return -1;
	f->keep_alive = !f->http_1_0;
	return read_target(c, method, target, f);
}

/* RFC 9112, 6.3: digits, and one number. */
static int
read_length(struct cursor *c, struct str value, struct frame *f)
{
	char text[24];

	if (c->lengths++ > 0)
		return refuse(c, 400, "The content length is said twice.");
	if (value.len == 0 || value.p[0] < '0' || value.p[0] > '9' ||
	    str_copy(text, sizeof(text), value) == -1 ||
	    num_parse(text, 0, INT64_MAX, &f->body_bytes) == -1)
		return refuse(c, 400, "The content length is malformed.");
	return 0;
}

/* The field NAME is not handed on: under this name nobody knows it. */
static void
hide(const struct cursor *c, struct str name)
{
	*octet(c, name.p) = 'X';
}

static int
read_field(struct cursor *c, struct str name, struct str value, struct frame *f)
{
	if (is(name, "Host")) {
		c->hosts++;
		if (!host_ok(value))
			return refuse(c, 400, "The Host field is malformed.");
	} else if (is(name, "Content-Length")) {
		if (c->method != METHOD_POST)
			hide(c, name);
		return read_length(c, value, f);
	} else if (is(name, "Transfer-Encoding")) {
		hide(c, name);
		c->encoded = true;
	} else if (is(name, "Connection")) {
		hide(c, name);
		if (has_token(value, "close"))
			f->keep_alive = false;
		else if (has_token(value, "keep-alive"))
			f->keep_alive = true;
	} else if (is(name, "Upgrade")) {
		hide(c, name);
	} else if (is(name, "Authorization") && c->tokens++ > 0) {
		return refuse(c, 400, "The request is authorized twice.");
	}
	return 0;
}

static int
read_fields(struct cursor *c, struct frame *f)
{
	for (;;) {
		struct str value, name;

		if (take_line(c, &value) == -1)
			return -1;
		if (value.len == 0)
			return 0;
		if (++c->fields > FRAME_MAX_FIELDS)
			return refuse(
			    c, 400, "The request has too many fields.");
		name = take_until(&value, ':');
		/* A folded line begins with a blank, which is no token; one
		 * without a colon has all of it for its name. */
		if (!is_token(name) || value.p == name.p + name.len)
			return refuse(c, 400, malformed);
		if (read_field(c, name, trimmed(value), f) == -1)
			return -1;
	}
}

/* What only the whole head tells. */
static int
judge(struct cursor *c, struct frame *f)
{
	bool body = f->body_bytes > 0;

	if (c->hosts > 1 || (c->hosts == 0 && !f->http_1_0))
		return refuse(c, 400, "The request needs one Host field.");
	if (c->encoded && c->lengths > 0)
		return refuse(c, 400, "The content has a length and a coding.");
	if (c->encoded && c->method == METHOD_POST)
		return refuse(c, 411, "The content needs a length.");
	if (c->method == METHOD_POST)
		return 0;
	if ((c->encoded || body) && c->method == METHOD_BARE)
		return refuse(c, 400, "No resource here takes a body.");
	/* Refused for its method, and its content not read. */
	if (c->encoded || body)
		f->keep_alive = false;
	f->body_bytes = 0;
	return 0;
}

int
frame_read(char *head, size_t bytes, struct frame *f, unsigned *status,
    const char **why)
{
	struct cursor c = {.head = head, .left = {head, bytes}};

	*f = (struct frame){.head_bytes = bytes};
	if (read_request_line(&c, f) == 0 && read_fields(&c, f) == 0 &&
	    judge(&c, f) == 0)
		return 0;
	*status = c.status;
	*why = c.why;
	return -1;
}
