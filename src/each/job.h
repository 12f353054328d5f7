#ifndef EACH_JOB_H
#define EACH_JOB_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How a command ended. */
struct job_end {
	bool exited;
	int code; /* of the exit, or the signal */
};

/* A command that runs, in a process group of its own.  Embedded. */
struct job {
	pid_t pid;            /* 0: none */
	uint64_t deadline_us; /* clock_mono_us(); then it is told to stop */
	uint64_t kill_us;     /* and then it is killed; 0: not told yet */
};

/*
 * Run ARGV (searched in PATH) with the environment ENV and INPUT as its
 * standard input, until TIMEOUT_S have passed; standard output and error
 * are ours.  It dies with us, whatever kills us.  0, or -1 with errno.
 */
int job_start(struct job *j, char *const argv[], char *const env[],
    struct str input, uint64_t timeout_s);

/* Has it ended?  Then whatever is left of its group is killed. */
bool job_ended(struct job *j, struct job_end *end);

/* Stop it when its time has passed; when to look again (mono us). */
uint64_t job_tick(struct job *j, uint64_t now_us);

/* SIG to the whole group. */
void job_signal(const struct job *j, int sig);

/* "exit 3", "signal KILL", "timeout" into DST. */
void job_describe(
    const struct job *j, const struct job_end *end, char *dst, size_t cap);

#endif
