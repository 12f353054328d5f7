#include "child.h"
#include "clock.h"
#include "err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The descriptor that NOTIFY_FD names in the child. */
enum { NOTIFY_FD = 3 };

int
child_init(struct child *c, const struct relay *relay)
{
	*c = (struct child){.state = CHILD_DOWN,
	    .ready_fd = -1,
	    .pause_us = CHILD_PAUSE_MIN_US,
	    .relay = *relay};
	if (pipe2(c->out_fd, O_CLOEXEC) == -1)
		return -1;
	/* Reading must not block us; its writer keeps a blocking end. */
	if (fcntl(c->out_fd[0], F_SETFL, O_NONBLOCK) == -1) {
		child_fini(c);
		return -1;
	}
	return 0;
}

void
child_fini(struct child *c)
{
	(void)close(c->out_fd[0]);
	(void)close(c->out_fd[1]);
	if (c->ready_fd != -1)
		(void)close(c->ready_fd);
}

/* We read its stderr as the journal would, priorities and all. */
static int
name_stderr(void)
{
	char name[64];
	struct stat st;

	if (fstat(STDERR_FILENO, &st) == -1)
		return -1;
	(void)snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return setenv("JOURNAL_STREAM", name, 1);
}

/* In the child, between fork and exec; we have one thread, so all is safe. */
static void __attribute__((noreturn))
become(const struct child *c, const char *path, pid_t parent, int ready)
{
	static const char fd_text[] = {'0' + NOTIFY_FD, '\0'};
	char name[64];
	char *argv[] = {name, NULL};
	sigset_t none;
	int null;

	(void)setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 || getppid() != parent)
		_exit(EXIT_TEMP);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if ((null = open("/dev/null", O_RDONLY)) == -1 ||
	    dup2(null, STDIN_FILENO) == -1 ||
	    dup2(c->out_fd[1], STDOUT_FILENO) == -1 ||
	    dup2(c->out_fd[1], STDERR_FILENO) == -1)
		_exit(EXIT_TEMP);
	/* dup2 of a descriptor onto itself would leave it close-on-exec. */
	if (ready == NOTIFY_FD ? fcntl(ready, F_SETFD, 0) == -1
			       : dup2(ready, NOTIFY_FD) == -1)
		_exit(EXIT_TEMP);
	/* Who supervises us is not the one that supervises it. */
	if (unsetenv("NOTIFY_SOCKET") == -1 ||
	    unsetenv("WATCHDOG_USEC") == -1 || unsetenv("WATCHDOG_PID") == -1 ||
	    setenv("NOTIFY_FD", fd_text, 1) == -1 || name_stderr() == -1)
		_exit(EXIT_TEMP);
	(void)snprintf(name, sizeof(name), "%s", c->relay.name);
	(void)execv(path, argv);
	err_sys("run %s", path);
	/* A program that is not there does not come by trying again. */
	_exit(errno == ENOENT || errno == EACCES ? EXIT_PERM : EXIT_TEMP);
}

int
child_start(struct child *c, const char *dir)
{
	char path[PATH_MAX];
	pid_t parent = getpid(), pid;
	int ready[2];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, c->relay.name) >=
	    sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (pipe2(ready, O_CLOEXEC | O_NONBLOCK) == -1)
		return -1;
	if ((pid = fork()) == -1) {
		int saved = errno;

		(void)close(ready[0]);
		(void)close(ready[1]);
		errno = saved;
		return -1;
	}
	if (pid == 0)
		become(c, path, parent, ready[1]);
	/* Both sides do it, so that it holds whoever runs first. */
	(void)setpgid(pid, pid);
	(void)close(ready[1]);
	c->pid = pid;
	c->ready_fd = ready[0];
	c->since_us = clock_mono_us();
	c->state = CHILD_STARTING;
	return 0;
}

static void
close_ready(struct child *c)
{
	if (c->ready_fd != -1)
		(void)close(c->ready_fd);
	c->ready_fd = -1;
}

bool
child_ready(struct child *c)
{
	char byte;
	ssize_t n = read(c->ready_fd, &byte, 1);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return false;
	/* A newline, or the end: either way nothing more comes from it. */
	close_ready(c);
	if (n != 1 || byte != '\n' || c->state != CHILD_STARTING)
		return false;
	c->state = CHILD_UP;
	c->served = true;
	c->failures = 0;
	return true;
}

void
child_stop(struct child *c, uint64_t limit_us)
{
	if (c->pid == 0) {
		c->state = CHILD_GONE;
		return;
	}
	c->state = CHILD_STOPPING;
	c->due_us = clock_mono_us() + limit_us;
	(void)kill(c->pid, SIGTERM);
}

void
child_kill(struct child *c)
{
	if (c->pid != 0)
		(void)kill(-c->pid, SIGKILL);
}

bool
child_reap(struct child *c, int *status)
{
	uint64_t now = clock_mono_us();

	if (c->pid == 0 || waitpid(c->pid, status, WNOHANG) != c->pid)
		return false;
	/* It may have said its newline and died before we came to look. */
	if (c->ready_fd != -1)
		(void)child_ready(c);
	close_ready(c);
	c->pid = 0;
	if (c->state == CHILD_STOPPING) {
		c->state = CHILD_GONE;
		return true;
	}
	if (c->state == CHILD_STARTING)
		c->failures++;
	else if (now - c->since_us >= CHILD_STEADY_US)
		c->pause_us = CHILD_PAUSE_MIN_US;
	c->state = CHILD_DOWN;
	c->due_us = now + c->pause_us;
	c->pause_us *= 2;
	if (c->pause_us > CHILD_PAUSE_MAX_US)
		c->pause_us = CHILD_PAUSE_MAX_US;
	return true;
}
