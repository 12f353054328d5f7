#ifndef PUSH_URL_H
#define PUSH_URL_H

#include <stddef.h>

/* Where to send to.  An address holds a key, so only SHOWN is ever told. */

enum {
	URL_MAX = 2048, /* bytes of one */
	URL_SHOWN_SIZE = 320
};

enum url_kind { URL_RTMP, URL_SRT };

struct url {
	enum url_kind kind;
	char text[URL_MAX + 1];
	char shown[URL_SHOWN_SIZE]; /* scheme, host and port */
};

/* Take TEXT apart.  0, or -1 with errno EINVAL (what we cannot send to). */
int url_parse(struct url *u, const char *text);

#endif
