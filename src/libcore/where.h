#ifndef CORE_WHERE_H
#define CORE_WHERE_H

#include <stddef.h>

/*
 * A daemon that listens writes the address it got as one line "HOST:PORT\n"
 * into $WEIR_RUN/<NAME>.addr before it says that it is ready.
 *
 * Where the daemon NAME ("edged") is reached, "HOST:PORT", into DST of CAP
 * bytes: a wildcard address becomes this host's name.  0, or -1 with errno
 * (ENOENT: it never ran here; EBADMSG: the file holds no address) and DST
 * empty.  That it still runs is not said.
 */
enum { WHERE_SIZE = 320 };
int where_reach(char *dst, size_t cap, const char *name);

/* The same for the text of such a file. */
int where_parse(char *dst, size_t cap, const char *text);

#endif
