#ifndef INGEST_CHILD_H
#define INGEST_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/*
 * A program in a process group of its own, with a pipe to its stdin; its
 * stdout and stderr are our stderr, and nothing else of ours is open in it.
 */
struct child {
	pid_t pid; /* and process group */
	int pidfd; /* readable once it died */
	int in;    /* our end of the pipe, non-blocking; -1: closed */
};

/*
 * Linux grants a user 64 MiB of pipes before it cuts new ones down to two
 * pages, so a pipe is larger than usual and not as large as it might be.
 */
enum { CHILD_PIPE_BYTES = 256 * 1024, CHILD_HOW_SIZE = 64 };

/*
 * Start PATH with the environment ENV.  0, or -1 with errno of what
 * failed (ENOENT, EACCES: there is no such program to run).
 */
int child_start(struct child *c, const char *path, char *const env[]);

/* Close its stdin: there is no more to come. */
void child_close_stdin(struct child *c);

/* Send SIG to its whole group. */
void child_signal(const struct child *c, int sig);

/* How a child ended that says itself: trying again may help (err.h). */
#define CHILD_HOW_TEMP "exited with 111"

/*
 * Take the exit of a child whose pidfd is readable, and end what is left
 * of its group.  HOW tells people how it died ("exited with 1"); the result
 * is 0 when it exited with 0, else -1.
 */
int child_reap(struct child *c, char how[CHILD_HOW_SIZE]);

#endif
