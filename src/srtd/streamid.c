#include "streamid.h"

#include <errno.h>
#include <string.h>

/* What is left of the text that is being taken apart. */
struct rest {
	const char *p, *end;
};

/* Up to one of SEPARATORS or the end, and past it. */
static struct str
piece(struct rest *r, const char *separators)
{
	const char *from = r->p;

	while (r->p < r->end && strchr(separators, *r->p) == NULL)
		r->p++;
	return (struct str){
	    from, (size_t)((r->p < r->end ? r->p++ : r->p) - from)};
}

/* The same but from the end: what stands behind the last slash. */
static struct str
base(struct str path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.p[i - 1] == '/')
			return (struct str){path.p + i, path.len - i};
	return path;
}

/* KEY may be the stream key: unless it is empty, or there already. */
static void
add_key(struct streamid *id, struct str key)
{
	if (key.len == 0 || id->keys == STREAMID_KEYS)
		return;
	for (size_t i = 0; i < id->keys; i++)
		if (str_eq(id->key[i], key))
			return;
	id->key[id->keys++] = key;
}

static enum streamid_mode
mode_of(struct str word)
{
	if (str_eqz(word, "publish"))
		return STREAMID_PUBLISH;
	if (str_eqz(word, "request") || str_eqz(word, "read") ||
	    str_eqz(word, "play"))
		return STREAMID_REQUEST;
	return str_eqz(word, "bidirectional") ? STREAMID_BOTH : STREAMID_ODD;
}

/* key=value,key=value: where the key stands is told by what is there. */
static int
parse_pairs(struct streamid *id, struct rest r, const char **why)
{
	struct str user = {"", 0}, session = {"", 0}, mode = {"publish", 7};

	while (r.p < r.end) {
		struct str value = piece(&r, ","), name;
		struct rest pair = {value.p, value.p + value.len};

		if (value.len == 0)
			continue;
		name = piece(&pair, "=");
		if (name.len == 0 || name.len == value.len) {
			*why = "the stream id is no list of key=value";
			errno = EBADMSG;
			return -1;
		}
		value = (struct str){pair.p, (size_t)(pair.end - pair.p)};
		if (str_eqz(name, "r"))
			id->resource = value;
		else if (str_eqz(name, "s"))
			session = value;
		else if (str_eqz(name, "u"))
			user = value;
		else if (str_eqz(name, "m"))
			mode = value;
		else if (str_eqz(name, "t"))
			id->media = str_eqz(value, "stream");
		else if (str_eqz(name, "bmd_name"))
			id->name = value;
	}
	id->mode = mode_of(mode);
	add_key(id, session);
	add_key(id, user);
	add_key(id, id->resource);
	add_key(id, base(id->resource));
	return 0;
}

/* MODE:RESOURCE:USER:PASSWORD#QUERY, of which the end may be missing. */
static void
parse_words(struct streamid *id, struct rest r)
{
	struct str user, password;

	id->resource = piece(&r, ":");
	user = piece(&r, ":");
	password = (struct str){r.p, (size_t)(r.end - r.p)};
	add_key(id, password);
	add_key(id, user);
	add_key(id, id->resource);
	add_key(id, base(id->resource));
}

/* No syntax that we know of: a path, which may begin with the mode. */
static void
parse_path(struct streamid *id, struct rest r)
{
	struct rest tail = r;
	struct str first = piece(&tail, "/");

	if (tail.p < tail.end && mode_of(first) != STREAMID_ODD) {
		id->mode = mode_of(first);
		r = tail;
	}
	id->resource = (struct str){r.p, (size_t)(r.end - r.p)};
	add_key(id, id->resource);
	add_key(id, base(id->resource));
}

/* A query, or what MediaMTX has behind a '#', says nothing to us. */
static void
without_query(struct rest *r)
{
	struct rest whole = *r;
	struct str before = piece(&whole, "#?");

	r->end = before.p + before.len;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Copy TEXT, which some send as it stands in a URL: with %23 for '#'. */
static size_t
copy(char *dst, const char *text, size_t len)
{
	bool escaped = len > 3 && memcmp(text, "%23", 3) == 0;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int high = escaped && text[i] == '%' && i + 2 < len
			       ? hex(text[i + 1])
			       : -1;
		int low = high != -1 ? hex(text[i + 2]) : -1;

		dst[n] = text[i];
		if (low != -1) {
			dst[n] = (char)(high << 4 | low);
			i += 2;
		}
		n++;
	}
	dst[n] = '\0';
	return n;
}

int
streamid_parse(
    struct streamid *id, const char *text, size_t len, const char **why)
{
	struct rest r;
	size_t n;

	*id = (struct streamid){
	    .media = true, .resource = {"", 0}, .name = {"", 0}};
	if (len > STREAMID_MAX_BYTES) {
		*why = "the stream id is too long";
		errno = EBADMSG;
		return -1;
	}
	n = copy(id->text, text, len);
	if (!str_utf8((struct str){id->text, n})) {
		*why = "the stream id is no text";
		errno = EBADMSG;
		return -1;
	}
	r = (struct rest){id->text, id->text + n};
	if (n >= 4 && memcmp(id->text, "#!::", 4) == 0) {
		r.p += 4;
		return parse_pairs(id, r, why);
	}
	if (n >= 5 && memcmp(id->text, "#!:{", 4) == 0 &&
	    id->text[n - 1] == '}') {
		r.p += 4;
		r.end--;
		return parse_pairs(id, r, why);
	}
	if (n >= 2 && memcmp(id->text, "#!", 2) == 0) {
		*why = "the stream id is of a syntax that nobody knows";
		errno = EBADMSG;
		return -1;
	}
	without_query(&r);
	if (memchr(r.p, ':', (size_t)(r.end - r.p)) != NULL) {
		id->mode = mode_of(piece(&r, ":"));
		parse_words(id, r);
	} else {
		parse_path(id, r);
	}
	return 0;
}
