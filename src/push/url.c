#include "url.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *prefix;
	enum url_kind kind;
} schemes[] = {
    {"rtmp://", URL_RTMP}, {"rtmps://", URL_RTMP}, {"srt://", URL_SRT}};
enum { SCHEMES = sizeof(schemes) / sizeof(schemes[0]) };

int
url_parse(struct url *u, const char *text)
{
	struct str s = str_from(text), host;
	const char *at;

	for (int i = 0; i < SCHEMES; i++) {
		if (!str_starts(s, str_from(schemes[i].prefix)))
			continue;
		host.p = text + strlen(schemes[i].prefix);
		host.len = strcspn(host.p, "/?#");
		/* A name and a password may stand before it. */
		at = memrchr(host.p, '@', host.len);
		if (at != NULL) {
			host.len -= (size_t)(at + 1 - host.p);
			host.p = at + 1;
		}
		if (host.len == 0 || host.len > URL_SHOWN_SIZE - 16 ||
		    !str_graphic(s) ||
		    str_copy(u->text, sizeof(u->text), s) == -1)
			break;
		u->kind = schemes[i].kind;
		(void)snprintf(u->shown, sizeof(u->shown), "%s%.*s",
		    schemes[i].prefix, STRF(host));
		return 0;
	}
	errno = EINVAL;
	return -1;
}
