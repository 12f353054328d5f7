#include "cmcd.h"

#include "hex.h"

#include <string.h>

/* What is left to read of a list. */
struct cursor {
	const char *p, *end;
};

enum value_kind { VALUE_TRUE, VALUE_BARE, VALUE_STRING };

/* A value: a string without its quotes, escapes and all; or bare octets. */
struct value {
	enum value_kind kind;
	struct str text;
};

void
cmcd_init(struct cmcd *c)
{
	*c = (struct cmcd){.rate_permille = 1000};
}

static bool
take(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

static void
skip_blanks(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
		c->p++;
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Keys of ours are lower-case; those of others have a name before a hyphen. */
static bool
take_key(struct cursor *c, struct str *key)
{
	const char *begin = c->p;

	while (c->p < c->end &&
	       (is_alnum(*c->p) || memchr("-_.*", *c->p, 4) != NULL))
		c->p++;
	*key = (struct str){begin, (size_t)(c->p - begin)};
	return key->len > 0;
}

/* Behind the opening quote. */
static bool
take_string(struct cursor *c, struct str *text)
{
	const char *begin = c->p;

	for (; c->p < c->end && *c->p != '"'; c->p++) {
		if (*c->p < ' ' || *c->p > '~')
			return false;
		if (*c->p == '\\' &&
		    (++c->p == c->end || (*c->p != '"' && *c->p != '\\')))
			return false;
	}
	*text = (struct str){begin, (size_t)(c->p - begin)};
	return take(c, '"');
}

/* Octets that are no blank, quote or bracket, up to one of the commas. */
static struct str
take_bare(struct cursor *c)
{
	const char *begin = c->p;

	while (c->p<c->end && * c->p> ' ' && *c->p <= '~' &&
	       memchr("\"(),;", *c->p, 5) == NULL)
		c->p++;
	return (struct str){begin, (size_t)(c->p - begin)};
}

/* A string or bare octets. */
static bool
take_item(struct cursor *c, struct value *v)
{
	v->kind = VALUE_STRING;
	if (take(c, '"'))
		return take_string(c, &v->text);
	v->kind = VALUE_BARE;
	v->text = take_bare(c);
	return v->text.len > 0;
}

/* ";key=value" and so on: what a value is qualified with. */
static bool
skip_parameters(struct cursor *c)
{
	struct str key;
	struct value v;

	while (take(c, ';')) {
		skip_blanks(c);
		if (!take_key(c, &key) || (take(c, '=') && !take_item(c, &v)))
			return false;
	}
	return true;
}

/* Behind the opening parenthesis: *V is the first item. */
static bool
take_list(struct cursor *c, struct value *v)
{
	struct value next;
	bool first = true;

	*v = (struct value){VALUE_BARE, {NULL, 0}};
	for (;;) {
		skip_blanks(c);
		if (take(c, ')'))
			return true;
		if (!take_item(c, &next) || !skip_parameters(c))
			return false;
		if (first)
			*v = next;
		first = false;
	}
}

static bool
take_value(struct cursor *c, struct value *v)
{
	bool ok = take(c, '(') ? take_list(c, v) : take_item(c, v);

	return ok && skip_parameters(c);
}

/* The number that TEXT begins with, in thousandths, MAX at most. */
static bool
thousandths(struct str text, uint64_t max, uint64_t *out)
{
	uint64_t n = 0, unit = 1000;
	size_t i = 0;

	for (; i < text.len && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		if ((n = n * 10 + (uint64_t)(text.p[i] - '0')) > max)
			n = max;
	if (i == 0)
		return false;
	n *= 1000;
	if (i < text.len && text.p[i++] != '.')
		return false;
	for (; i < text.len && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		n += (unit /= 10) * (uint64_t)(text.p[i] - '0');
	*out = n > max * 1000 ? max * 1000 : n;
	return i == text.len;
}

static bool
is_true(const struct value *v)
{
	return v->kind == VALUE_TRUE ||
	       (v->kind == VALUE_BARE && str_eqz(v->text, "?1"));
}

static void
set_number(uint64_t *to, const struct value *v)
{
	uint64_t n;

	if (v->kind == VALUE_BARE && thousandths(v->text, CMCD_MAX_NUMBER, &n))
		*to = n / 1000;
}

/* A word of at most two letters. */
static void
set_token(char to[3], const struct value *v)
{
	if (v->kind != VALUE_BARE || v->text.len > 2)
		return;
	for (size_t i = 0; i < v->text.len; i++)
		if (v->text.p[i] < 'a' || v->text.p[i] > 'z')
			return;
	(void)str_copy(to, 3, v->text);
}

static void
set_id(char to[CMCD_ID_SIZE], const struct value *v)
{
	if (v->kind != VALUE_STRING || v->text.len >= CMCD_ID_SIZE)
		return;
	for (size_t i = 0; i < v->text.len; i++)
		if (!is_alnum(v->text.p[i]) &&
		    memchr("-_.", v->text.p[i], 3) == NULL)
			return;
	(void)str_copy(to, CMCD_ID_SIZE, v->text);
}

static void
set(struct cmcd *c, struct str key, const struct value *v)
{
	uint64_t n;

	if (str_eqz(key, "sid")) {
		set_id(c->session, v);
	} else if (str_eqz(key, "st")) {
		set_token(c->stream, v);
	} else if (str_eqz(key, "ot")) {
		set_token(c->object, v);
	} else if (str_eqz(key, "br")) {
		set_number(&c->bitrate_kbps, v);
	} else if (str_eqz(key, "bl")) {
		c->has_buffer = true;
		set_number(&c->buffer_ms, v);
	} else if (str_eqz(key, "mtp")) {
		set_number(&c->throughput_kbps, v);
	} else if (str_eqz(key, "dl")) {
		set_number(&c->deadline_ms, v);
	} else if (str_eqz(key, "bs")) {
		c->starved = is_true(v);
	} else if (str_eqz(key, "su")) {
		c->startup = is_true(v);
	} else if (str_eqz(key, "pr") && v->kind == VALUE_BARE &&
		   thousandths(v->text, CMCD_MAX_RATE / 1000, &n)) {
		c->rate_permille = n;
	}
}

int
cmcd_read(struct str text, struct cmcd *c)
{
	struct cursor at = {text.p, text.p + text.len};
	struct cmcd said = *c;

	if (text.len > CMCD_MAX_BYTES)
		return -1;
	skip_blanks(&at);
	for (size_t n = 0; at.p < at.end; n++) {
		struct value v = {.kind = VALUE_TRUE};
		struct str key;

		if (n == CMCD_MAX_KEYS || !take_key(&at, &key) ||
		    (take(&at, '=') && !take_value(&at, &v)))
			return -1;
		set(&said, key, &v);
		skip_blanks(&at);
		if (at.p == at.end)
			break;
		if (!take(&at, ','))
			return -1;
		skip_blanks(&at);
		if (at.p == at.end)
			return -1; /* a comma, and nothing behind it */
	}
	*c = said;
	return 0;
}

/* TEXT without its escapes (RFC 3986, 2.1) in DST.  -1: malformed, or long. */
static int
unescape(struct str text, char dst[CMCD_MAX_BYTES], size_t *len)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++, n++) {
		uint8_t byte;

		if (n == CMCD_MAX_BYTES)
			return -1;
		dst[n] = text.p[i];
		if (text.p[i] != '%')
			continue;
		if (text.len - i < 3 ||
		    hex_decode(&byte, text.p + i + 1, 1) == -1)
			return -1;
		dst[n] = (char)byte;
		i += 2;
	}
	*len = n;
	return 0;
}

int
cmcd_query(struct str query, struct cmcd *c)
{
	static const struct str name = {"CMCD=", 5};
	char text[CMCD_MAX_BYTES];
	size_t len;

	while (query.len > 0) {
		const char *and = memchr(query.p, '&', query.len);
		struct str pair = {
		    query.p, and != NULL ? (size_t)(and-query.p) : query.len};

		if (str_starts(pair, name)) {
			pair.p += name.len;
			pair.len -= name.len;
			return unescape(pair, text, &len) == -1
				   ? -1
				   : cmcd_read((struct str){text, len}, c);
		}
		query.p += pair.len + (and != NULL);
		query.len -= pair.len + (and != NULL);
	}
	return 0;
}
