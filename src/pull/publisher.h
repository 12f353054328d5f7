#ifndef PULL_PUBLISHER_H
#define PULL_PUBLISHER_H

#include <sys/types.h>

/* A weir-push that takes our NUT and sends it to where it is published. */
struct publisher {
	pid_t pid; /* 0: none */
	int fd;    /* that takes the NUT */
};

/*
 * Start one.  ADDRESSES, with blanks between them, go to it where nobody sees
 * them.  0, or -1 after reporting the cause.
 */
int publisher_start(struct publisher *p, const char *addresses);

/* No more will come: wait until it said goodbye.  Its exit code. */
int publisher_finish(struct publisher *p);

#endif
