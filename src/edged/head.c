#include "head.h"

#include <string.h>
#include <strings.h>

static int
refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

/*
 * civetweb parses in place and writes a NUL over each octet that ends
 * something, so that the octets it tolerated can be read off their places:
 * behind a value there are two NULs where CR LF was and one where a bare LF
 * was, and what follows is the next name, or the CR of the empty line that
 * ends the head.  That its parser stopped at a line it did not understand
 * (a folded one, say) shows the same way.
 */
static bool
line_ends(const char *end, const char *next)
{
	if (end[0] != '\0' || end[1] != '\0')
		return false;
	if (next != NULL)
		return end + 2 == next;
	return end[2] == '\r' && end[3] == '\0';
}

/* The colon follows the name at once. */
static bool
colon_follows(const struct mg_header *h)
{
	const char *end = h->name + strlen(h->name);

	/* With a blank before it, both were overwritten. */
	return end + 1 == h->value || end[1] != '\0';
}

static const char *const malformed = "The request's head is not HTTP/1.1.";

static int
check_lines(const struct mg_request_info *ri, const char **why)
{
	const struct mg_header *h = ri->http_headers;
	const char *end = ri->http_version + strlen(ri->http_version);

	if (ri->num_headers >= MG_MAX_HEADERS)
		return refuse(why, "The request has too many fields.");
	for (int i = 0; i < ri->num_headers; i++) {
		if (!line_ends(end, h[i].name) || !colon_follows(&h[i]))
			return refuse(why, malformed);
		end = h[i].value + strlen(h[i].value);
	}
	/*
	 * Without any field the empty line was swallowed with the request
	 * line's end.  There is no Host then, which is told below.
	 */
	if (ri->num_headers > 0 && !line_ends(end, NULL))
		return refuse(why, malformed);
	return 0;
}

/* What a Host may hold: RFC 9110, 7.2, without user information. */
static bool
host_ok(const char *s)
{
	s += strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		       "0123456789-._~:[]%!$&'()*+;=");
	return s[strspn(s, " \t")] == '\0';
}

/* True when LIST, of tokens between commas, holds TOKEN. */
static bool
has_token(const char *list, const char *token)
{
	size_t len = strlen(token);

	while (*list != '\0') {
		size_t n;

		list += strspn(list, " \t,");
		n = strcspn(list, " \t,;");
		if (n == len && strncasecmp(list, token, n) == 0)
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

/* True when LIST, of codings with their weights, takes gzip. */
static bool
accepts_gzip(const char *list)
{
	while (*list != '\0') {
		size_t n;

		list += strspn(list, " \t,");
		n = strcspn(list, " \t,;");
		if (n == 4 && strncasecmp(list, "gzip", n) == 0) {
			list += n + strspn(list + n, " \t;");
			/* Only a weight of nothing but zeros says no. */
			return strncasecmp(list, "q=", 2) != 0 ||
			       strcspn(list + 2, "123456789") <
				   strcspn(list + 2, ",");
		}
		list += strcspn(list, ",");
	}
	return false;
}

static enum method
method_of(const char *s)
{
	if (strcmp(s, "GET") == 0)
		return METHOD_GET;
	if (strcmp(s, "HEAD") == 0)
		return METHOD_HEAD;
	if (strcmp(s, "OPTIONS") == 0)
		return METHOD_OPTIONS;
	return METHOD_OTHER;
}

/* What is counted while the fields are read. */
struct seen {
	unsigned host, length;
	bool body;
};

static int
read_field(const struct mg_header *h, struct head *out, struct seen *seen,
    const char **why)
{
	if (strcasecmp(h->name, "Host") == 0) {
		seen->host++;
		if (!host_ok(h->value))
			return refuse(why, "The Host field is malformed.");
	} else if (strcasecmp(h->name, "Content-Length") == 0) {
		seen->length++;
		seen->body |= strcmp(h->value, "0") != 0;
	} else if (strcasecmp(h->name, "Transfer-Encoding") == 0) {
		seen->body = true;
	} else if (strcasecmp(h->name, "Connection") == 0) {
		/* civetweb keeps it only for those who ask, if they say. */
		out->keep_alive = has_token(h->value, "keep-alive");
	} else if (strcasecmp(h->name, "Accept-Encoding") == 0) {
		out->gzip = accepts_gzip(h->value);
	} else if (strcasecmp(h->name, "Range") == 0) {
		out->range = str_from(h->value);
	} else if (strcasecmp(h->name, "If-Range") == 0) {
		out->if_range = str_from(h->value);
	} else if (strcasecmp(h->name, "If-None-Match") == 0) {
		out->if_none_match = str_from(h->value);
	} else if (strcasecmp(h->name, "If-Modified-Since") == 0) {
		out->if_modified_since = str_from(h->value);
	}
	return 0;
}

int
head_read(const struct mg_request_info *ri, struct head *out, const char **why)
{
	struct seen seen = {0};

	*out = (struct head){.method = method_of(ri->request_method),
	    .http_1_0 = strcmp(ri->http_version, "1.0") == 0};
	out->keep_alive = !out->http_1_0;
	if (check_lines(ri, why) == -1)
		return -1;
	for (int i = 0; i < ri->num_headers; i++)
		if (read_field(&ri->http_headers[i], out, &seen, why) == -1)
			return -1;
	if (seen.host > 1 || (seen.host == 0 && !out->http_1_0))
		return refuse(why, "The request needs one Host field.");
	if (seen.length > 1)
		return refuse(why, "The content length is said twice.");
	/* A method that would bring one is refused for itself, with 405. */
	if (seen.body && out->method != METHOD_OTHER)
		return refuse(why, "No resource here takes a body.");
	return 0;
}
