#include "head.h"

#include "num.h"

#include <string.h>
#include <strings.h>

/* What is still to be read, and what was counted on the way. */
struct cursor {
	struct str left;
	unsigned hosts, lengths, fields;
	bool body;     /* a GET would bring one */
	bool encoded;  /* Transfer-Encoding */
	bool absolute; /* the target names the host (RFC 9112, 3.2.2) */
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
head_end(struct str bytes, size_t seen)
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

/* True when LIST, of codings with their weights, takes gzip. */
static bool
accepts_gzip(struct str list)
{
	while (list.len > 0) {
		struct str item = take_until(&list, ',');
		struct str weight;

		if (!is(trimmed(take_until(&item, ';')), "gzip"))
			continue;
		weight = trimmed(item);
		if (weight.len < 2 || strncasecmp(weight.p, "q=", 2) != 0)
			return true;
		/* Only a weight of nothing but zeros says no. */
		for (size_t i = 2; i < weight.len; i++)
			if (weight.p[i] >= '1' && weight.p[i] <= '9')
				return true;
		return false;
	}
	return false;
}

static int
read_method(struct cursor *c, struct str s, struct head *out)
{
	static const struct {
		const char *name;
		enum method method;
	} known[] = {{"GET", METHOD_GET}, {"HEAD", METHOD_HEAD},
	    {"OPTIONS", METHOD_OPTIONS}, {"POST", METHOD_POST},
	    {"PUT", METHOD_OTHER}, {"DELETE", METHOD_OTHER},
	    {"PATCH", METHOD_OTHER}, {"CONNECT", METHOD_OTHER},
	    {"TRACE", METHOD_OTHER}};

	if (!is_token(s))
		return refuse(c, 400, malformed);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_eqz(s, known[i].name)) {
			out->method = known[i].method;
			return 0;
		}
	return refuse(c, 501, "This server does not know that method.");
}

/* RFC 9112, 3.2: the origin form, the absolute form, the asterisk form. */
static int
read_target(struct cursor *c, struct str s, struct head *out)
{
	if (s.len == 0)
		return refuse(c, 400, malformed);
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] <= ' ')
			return refuse(c, 400, malformed);
	if (str_eqz(s, "*") && out->method == METHOD_OPTIONS) {
		out->asterisk = true;
		return 0;
	}
	if (s.p[0] != '/') {
		size_t scheme = 7;
		size_t host = 0;

		if (s.len > 8 && strncasecmp(s.p, "https://", 8) == 0)
			scheme = 8;
		else if (s.len <= 7 || strncasecmp(s.p, "http://", 7) != 0)
			return refuse(c, 400, bad_target);
		s.p += scheme;
		s.len -= scheme;
		while (host < s.len && s.p[host] != '/' && s.p[host] != '?')
			host++;
		if (host == 0 || !host_ok((struct str){s.p, host}))
			return refuse(c, 400, bad_target);
		c->absolute = true;
		s.p += host;
		s.len -= host;
	}
	out->path = take_until(&s, '?');
	out->query = s;
	/* Of the absolute form alone the path may be empty. */
	if (out->path.len == 0)
		out->path = STR("/");
	return 0;
}

static int
read_version(struct cursor *c, struct str s, struct head *out)
{
	if (str_eqz(s, "HTTP/1.1"))
		return 0;
	if (str_eqz(s, "HTTP/1.0")) {
		out->http_1_0 = true;
		return 0;
	}
	if (s.len == 8 && memcmp(s.p, "HTTP/", 5) == 0 && s.p[6] == '.')
		return refuse(c, 505, "This server speaks HTTP/1.1.");
	return refuse(c, 400, malformed);
}

static int
read_request_line(struct cursor *c, struct head *out)
{
	struct str line, method, target;

	if (take_line(c, &line) == -1)
		return -1;
	method = take_until(&line, ' ');
	target = take_until(&line, ' ');
	/* The version first: of another one nothing else is known. */
	if (read_version(c, line, out) == -1 ||
	    read_method(c, method, out) == -1)
		return -1;
	out->keep_alive = !out->http_1_0;
	return read_target(c, target, out);
}

/* RFC 9112, 6.3: digits, and one number. */
static int
read_length(struct cursor *c, struct str value, struct head *out)
{
	char text[24];

	if (c->lengths++ > 0)
		return refuse(c, 400, "The content length is said twice.");
	if (value.len == 0 || value.p[0] < '0' || value.p[0] > '9' ||
	    str_copy(text, sizeof(text), value) == -1 ||
	    num_parse(text, 0, INT64_MAX, &out->body_bytes) == -1)
		return refuse(c, 400, "The content length is malformed.");
	c->body |= out->body_bytes > 0;
	return 0;
}

/* What a player tells of itself; more of it than there can be is passed over.
 */
static void
add_cmcd(struct head *out, struct str value)
{
	for (size_t i = 0; i < HEAD_CMCD_FIELDS; i++)
		if (out->cmcd[i].len == 0) {
			out->cmcd[i] = value;
			return;
		}
}

static int
read_field(
    struct cursor *c, struct str name, struct str value, struct head *out)
{
	if (is(name, "Host")) {
		c->hosts++;
		if (!host_ok(value))
			return refuse(c, 400, "The Host field is malformed.");
	} else if (is(name, "Content-Length")) {
		return read_length(c, value, out);
	} else if (is(name, "Transfer-Encoding")) {
		c->encoded = true;
	} else if (is(name, "Connection")) {
		if (has_token(value, "close"))
			out->keep_alive = false;
		else if (has_token(value, "keep-alive"))
			out->keep_alive = true;
	} else if (is(name, "Accept-Encoding")) {
		out->gzip = accepts_gzip(value);
	} else if (is(name, "Authorization")) {
		if (out->authorization.len > 0)
			return refuse(
			    c, 400, "The request is authorized twice.");
		out->authorization = value;
	} else if (is(name, "Range")) {
		out->range = value;
	} else if (is(name, "If-Range")) {
		out->if_range = value;
	} else if (is(name, "If-None-Match")) {
		out->if_none_match = value;
	} else if (is(name, "If-Modified-Since")) {
		out->if_modified_since = value;
	} else if (is(name, "Content-Type")) {
		out->content_type = value;
	} else if (is(name, "Idempotency-Key")) {
		out->idempotency_key = value;
	} else if (is(name, "Forwarded")) {
		out->forwarded = value;
	} else if (is(name, "X-Forwarded-For")) {
		out->forwarded_for = value;
	} else if (name.len > 5 && is((struct str){name.p, 5}, "CMCD-")) {
		add_cmcd(out, value);
	}
	return 0;
}

static int
read_fields(struct cursor *c, struct head *out)
{
	for (;;) {
		struct str value, name;

		if (take_line(c, &value) == -1)
			return -1;
		if (value.len == 0)
			return 0;
		if (++c->fields > HEAD_MAX_FIELDS)
			return refuse(
			    c, 400, "The request has too many fields.");
		name = take_until(&value, ':');
		/* A folded line begins with a blank, which is no token; one
		 * without a colon has all of it for its name. */
		if (!is_token(name) || value.p == name.p + name.len)
			return refuse(c, 400, malformed);
		if (read_field(c, name, trimmed(value), out) == -1)
			return -1;
	}
}

/* What only the whole head tells. */
static int
judge(struct cursor *c, struct head *out)
{
	if (c->hosts > 1 || (c->hosts == 0 && !out->http_1_0))
		return refuse(c, 400, "The request needs one Host field.");
	if (c->encoded && c->lengths > 0)
		return refuse(c, 400, "The content has a length and a coding.");
	if (c->encoded && out->method == METHOD_POST)
		return refuse(c, 400, "The content needs a length.");
	/* A method that would bring one is refused for itself, with 405. */
	if ((c->encoded || c->body) && out->method != METHOD_OTHER &&
	    out->method != METHOD_POST)
		return refuse(c, 400, "No resource here takes a body.");
	return 0;
}

int
head_read(
    struct str bytes, struct head *out, unsigned *status, const char **why)
{
	struct cursor c = {.left = bytes};

	*out = (struct head){.keep_alive = false};
	if (read_request_line(&c, out) == -1 || read_fields(&c, out) == -1 ||
	    judge(&c, out) == -1) {
		*status = c.status;
		*why = c.why;
		return -1;
	}
	out->bytes = bytes.len - c.left.len;
	return 0;
}
