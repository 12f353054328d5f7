#ifndef PULL_ORIGIN_H
#define PULL_ORIGIN_H

#include <stdbool.h>

/*
 * What an address names, and what may be opened on its behalf.  A playlist or
 * a film may name other addresses; with these lists none of them leads to a
 * file of this host, unless a file was named by the operator, and then to no
 * other protocol.
 */

enum { ORIGIN_SHOWN_SIZE = 320, ORIGIN_URL_SIZE = 2048 + 8 };

struct origin {
	char url[ORIGIN_URL_SIZE];       /* as FFmpeg has it */
	char shown[ORIGIN_SHOWN_SIZE];   /* without what may be secret */
	const char *protocols, *formats; /* FFmpeg's whitelists */
	const char *path; /* the file that was named, in URL, or NULL */
	bool rtsp;
	bool pattern; /* none of all this: a test pattern */
	bool paced;   /* it comes faster than it plays */
	bool ends;    /* its end is no loss */
};

/* A test pattern, which needs no address. */
void origin_pattern(struct origin *o);

/* Take TEXT apart.  0, or -1 with errno EINVAL (nothing we pull from). */
int origin_parse(struct origin *o, const char *text);

#endif
