#ifndef UP_CHILD_H
#define UP_CHILD_H

#include "relay.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * One program that is kept running.  It is told by NOTIFY_FD where to write
 * a newline once it serves, leads a process group of its own (so that ^C
 * reaches only us), reads /dev/null, and is sent SIGTERM by the kernel when
 * we are gone, however we went.
 */
enum child_state {
	CHILD_DOWN,     /* not running; to be started when due_us comes */
	CHILD_STARTING, /* running, has not said that it serves */
	CHILD_UP,       /* running and serving */
	CHILD_STOPPING, /* was sent SIGTERM; SIGKILL follows at due_us */
	CHILD_GONE      /* not running and not to be started */
};

struct child {
	enum child_state state;
	pid_t pid;         /* 0 when not running */
	int ready_fd;      /* its newline comes from here; or -1 */
	int out_fd[2];     /* pipe of its stdout and stderr, kept for life */
	uint64_t due_us;   /* monotonic; see the states */
	uint64_t since_us; /* monotonic: when it was last started */
	uint64_t pause_us; /* before the next start */
	unsigned failures; /* ends in a row without having served */
	bool served;       /* has ever been up */
	struct relay relay;
};

/* Pauses between starts double from the least to the most. */
enum {
	CHILD_PAUSE_MIN_US = 100 * 1000,
	CHILD_PAUSE_MAX_US = 5 * 1000 * 1000,
	CHILD_STEADY_US = 10 * 1000 * 1000 /* up this long: pauses begin anew */
};

/* NAME and the rest of RELAY are borrowed.  0, or -1 with errno. */
int child_init(struct child *c, const struct relay *relay);
void child_fini(struct child *c);

/*
 * Run DIR/<name> now.  0, or -1 with errno when it could not be tried;
 * what exec itself says is reported by the child, which then exits as a
 * program that failed.
 */
int child_start(struct child *c, const char *dir);

/* ready_fd can be read: true when the child just came up. */
bool child_ready(struct child *c);

/* Ask it to end; LIMIT_US from now it is killed. */
void child_stop(struct child *c, uint64_t limit_us);

/* Kill it and every process it started, without more ado. */
void child_kill(struct child *c);

/*
 * Take note of its end if it has ended: true with *STATUS as waitpid(2)
 * tells it.  The state is then DOWN with due_us and pause_us set for
 * another start, or GONE when it was stopping.
 */
bool child_reap(struct child *c, int *status);

#endif
