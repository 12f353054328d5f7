#include "address.h"

#include "num.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

enum { IPV4_BITS = 32, HOLDER_BYTES = 8 };

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool
is_ipv4(const struct address *a)
{
	return memcmp(a->byte, mapped, sizeof(mapped)) == 0;
}

static void
map_ipv4(const void *four, struct address *out)
{
	memcpy(out->byte, mapped, sizeof(mapped));
	memcpy(out->byte + sizeof(mapped), four, 4);
}

bool
address_parse(struct str s, struct address *out)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six;
	struct in_addr four;

	if (s.len == 0 || str_copy(text, sizeof(text), s) == -1)
		return false;
	if (inet_pton(AF_INET, text, &four) == 1)
		map_ipv4(&four, out);
	else if (inet_pton(AF_INET6, text, &six) == 1)
		memcpy(out->byte, &six, sizeof(out->byte));
	else
		return false;
	return true;
}

struct address
address_of(const struct sockaddr_storage *sa)
{
	struct address a = {{0}};

	if (sa->ss_family == AF_INET)
		map_ipv4(&((const struct sockaddr_in *)sa)->sin_addr, &a);
	else if (sa->ss_family == AF_INET6)
		memcpy(a.byte, &((const struct sockaddr_in6 *)sa)->sin6_addr,
		    sizeof(a.byte));
	return a;
}

bool
address_eq(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

struct address
address_holder(const struct address *a)
{
	struct address holder = *a;

	if (!is_ipv4(a))
		memset(holder.byte + HOLDER_BYTES, 0,
		    sizeof(holder.byte) - HOLDER_BYTES);
	return holder;
}

static const char between[] = ", \t";

static bool
parse_range(struct str s, struct trust *t)
{
	const char *slash = memchr(s.p, '/', s.len);
	struct str host = {s.p, slash != NULL ? (size_t)(slash - s.p) : s.len};
	struct address *a = &t->range[t->n].address;
	unsigned *bits = &t->range[t->n].bits;
	uint64_t given, most, unused = 0;
	char text[8];

	if (!address_parse(host, a))
		return false;
	if (is_ipv4(a))
		unused = 8 * sizeof(a->byte) - IPV4_BITS;
	most = given = 8 * sizeof(a->byte) - unused;
	if (slash != NULL &&
	    (str_copy(text, sizeof(text),
		 (struct str){slash + 1, s.len - host.len - 1}) == -1 ||
		num_parse(text, 0, most, &given) == -1))
		return false;
	*bits = (unsigned)(given + unused);
	t->n++;
	return true;
}

bool
trust_parse(const char *list, struct trust *out)
{
	out->n = 0;
	for (list += strspn(list, between); *list != '\0';
	     list += strspn(list, between)) {
		struct str s = {list, strcspn(list, between)};

		if (out->n == TRUST_MAX || !parse_range(s, out))
			return false;
		list += s.len;
	}
	return true;
}

bool
trust_has(const struct trust *t, const struct address *a)
{
	for (size_t i = 0; i < t->n; i++) {
		const uint8_t *r = t->range[i].address.byte;
		size_t whole = t->range[i].bits / 8;
		unsigned rest = t->range[i].bits % 8;

		if (memcmp(r, a->byte, whole) == 0 &&
		    (rest == 0 ||
			(r[whole] ^ a->byte[whole]) >> (8 - rest) == 0))
			return true;
	}
	return false;
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

/* Take the last element off *LIST, which stands behind its last comma. */
static struct str
take_last(struct str *list)
{
	size_t at = list->len;
	struct str last;

	while (at > 0 && list->p[at - 1] != ',')
		at--;
	last = (struct str){list->p + at, list->len - at};
	list->len = at > 0 ? at - 1 : 0;
	return trimmed(last);
}

/* The value of FOR in the pairs of a forwarded-element; empty: none. */
static struct str
told_for(struct str element)
{
	while (element.len > 0) {
		const char *end = memchr(element.p, ';', element.len);
		size_t len =
		    end != NULL ? (size_t)(end - element.p) : element.len;
		struct str pair = trimmed((struct str){element.p, len});

		if (pair.len >= 4 && strncasecmp(pair.p, "for=", 4) == 0) {
			pair.p += 4;
			pair.len -= 4;
			if (pair.len >= 2 && pair.p[0] == '"' &&
			    pair.p[pair.len - 1] == '"') {
				pair.p++;
				pair.len -= 2;
			}
			return pair;
		}
		element.p += len + (end != NULL);
		element.len -= len + (end != NULL);
	}
	return (struct str){NULL, 0};
}

/* An address, which may have a port, and brackets round it then. */
static bool
parse_node(struct str s, struct address *out)
{
	const char *end;

	if (s.len > 0 && s.p[0] == '[') {
		if ((end = memchr(s.p, ']', s.len)) == NULL)
			return false;
		s.p++;
		return address_parse(
		    (struct str){s.p, (size_t)(end - s.p)}, out);
	}
	if (address_parse(s, out))
		return true;
	end = s.len > 0 ? memchr(s.p, ':', s.len) : NULL;
	return end != NULL &&
	       address_parse((struct str){s.p, (size_t)(end - s.p)}, out);
}

struct address
trust_client(const struct trust *t, const struct address *peer,
    struct str forwarded, struct str forwarded_for)
{
	struct str *list = forwarded.len > 0 ? &forwarded : &forwarded_for;
	struct address client = *peer, told;

	while (list->len > 0 && trust_has(t, &client)) {
		struct str last = take_last(list);

		if (list == &forwarded)
			last = told_for(last);
		if (!parse_node(last, &told))
			break;
		client = told;
	}
	return client;
}
