#include "bearer.h"

#include "clock.h"
#include "token.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The token in the field's VALUE; empty: there is none (RFC 9110, 11.4). */
static struct str
token_of(struct str value)
{
	static const char scheme[] = "Bearer ";
	size_t n = sizeof(scheme) - 1;

	if (value.len <= n || strncasecmp(value.p, scheme, n) != 0)
		return (struct str){0};
	while (n < value.len && value.p[n] == ' ')
		n++;
	return (struct str){value.p + n, value.len - n};
}

static void
refuse(struct exchange *x, const char *role, const char *why)
{
	char message[160];

	(void)snprintf(message, sizeof(message),
	    "This takes a token for the role %s%s%s.", role,
	    why != NULL ? ", and yours is not good: " : "",
	    why != NULL ? why : "");
	reply_error_json(x, 401, message,
	    why != NULL ? "WWW-Authenticate: Bearer realm=\"weir\", "
			  "error=\"invalid_token\"\r\n"
			: "WWW-Authenticate: Bearer realm=\"weir\"\r\n");
}

bool
bearer_has(struct site *site, struct exchange *x, const char *role)
{
	struct str text = token_of(x->head->authorization);
	const char *why = NULL;
	struct token t;

	if (text.len == 0 || token_check(site->tokens_dir, text,
				 clock_real_us() / 1000000, &t, &why) == -1) {
		refuse(x, role, why);
		return false;
	}
	if (strcmp(t.role, role) == 0)
		return true;
	reply_error_json(x, 403, "Your token is for another role.", NULL);
	return false;
}
