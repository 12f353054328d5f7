#include "head.h"

#include <string.h>
#include <strings.h>

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
	static const char *const name[] = {[METHOD_GET] = "GET",
	    [METHOD_HEAD] = "HEAD",
	    [METHOD_OPTIONS] = "OPTIONS",
	    [METHOD_POST] = "POST"};

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
		if (strcmp(s, name[i]) == 0)
			return (enum method)i;
	return METHOD_OTHER;
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

static void
read_field(const struct mg_header *h, struct head *out)
{
	const struct {
		const char *name;
		struct str *value;
	} field[] = {{"Authorization", &out->authorization},
	    {"Content-Type", &out->content_type},
	    {"Idempotency-Key", &out->idempotency_key}, {"Range", &out->range},
	    {"If-Range", &out->if_range},
	    {"If-None-Match", &out->if_none_match},
	    {"If-Modified-Since", &out->if_modified_since},
	    {"Forwarded", &out->forwarded},
	    {"X-Forwarded-For", &out->forwarded_for},
	    {"X-Forwarded-Proto", &out->forwarded_proto}, {"Host", &out->host}};

	if (strcasecmp(h->name, "Accept-Encoding") == 0)
		out->gzip = accepts_gzip(h->value);
	else if (strncasecmp(h->name, "CMCD-", 5) == 0)
		add_cmcd(out, str_from(h->value));
	for (size_t i = 0; i < sizeof(field) / sizeof(*field); i++)
		if (strcasecmp(h->name, field[i].name) == 0)
			*field[i].value = str_from(h->value);
}

void
head_read(const struct mg_request_info *ri, struct head *out)
{
	*out = (struct head){.method = method_of(ri->request_method),
	    .path = str_from(ri->local_uri_raw)};
	if (ri->query_string != NULL)
		out->query = str_from(ri->query_string);
	for (int i = 0; i < ri->num_headers; i++)
		read_field(&ri->http_headers[i], out);
}
