#ifndef PUSH_LINK_H
#define PUSH_LINK_H

#include "item.h"
#include "url.h"

#include <stdatomic.h>

/* A connection to one target, over which media goes. */
struct link;

enum { LINK_WHY_SIZE = 200 };

struct link_limits {
	unsigned connect_ms; /* to be connected and let in */
	unsigned stall_ms;   /* without a byte being taken */
	const char *ca_file; /* certificates to trust; NULL: the system's */
};

/*
 * Connect to U, to send what HEAD tells of.  It ends early when *STOP becomes
 * true, as everything here does.  What is given is borrowed until link_close().
 * NULL with WHY, for people.
 */
struct link *link_open(const struct url *u, const struct item *head,
    const struct link_limits *limits, const atomic_bool *stop,
    char why[LINK_WHY_SIZE]);

/* Say goodbye, and end. */
void link_close(struct link *l);

/* Send I, or that what follows is of other tracks.  0, or -1 with WHY. */
int link_put(struct link *l, const struct item *i, char why[LINK_WHY_SIZE]);

#endif
