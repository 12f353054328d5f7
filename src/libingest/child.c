#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Debian 12's glibc has waitid(P_PIDFD) and no declaration of this one. */
static int
open_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int
set_actions(posix_spawn_file_actions_t *fa, int in)
{
	int rc;

	if ((rc = posix_spawn_file_actions_adddup2(fa, in, STDIN_FILENO)) ==
		0 &&
	    (rc = posix_spawn_file_actions_adddup2(
		 fa, STDERR_FILENO, STDOUT_FILENO)) == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(
		    fa, STDERR_FILENO + 1);
	return rc;
}

/* A group of its own, and signals as any program expects them. */
static int
set_attributes(posix_spawnattr_t *at)
{
	sigset_t none, all;
	int rc;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	if ((rc = posix_spawnattr_setsigmask(at, &none)) == 0 &&
	    (rc = posix_spawnattr_setsigdefault(at, &all)) == 0 &&
	    (rc = posix_spawnattr_setpgroup(at, 0)) == 0)
		rc = posix_spawnattr_setflags(at, POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF |
						      POSIX_SPAWN_SETPGROUP);
	return rc;
}

static int
spawn(pid_t *pid, const char *path, char *const env[], int in)
{
	char name[] = "live";
	char *const argv[] = {name, NULL};
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	int rc;

	if ((rc = posix_spawn_file_actions_init(&fa)) != 0)
		return rc;
	if ((rc = posix_spawnattr_init(&at)) != 0)
		goto destroy_actions;
	if ((rc = set_actions(&fa, in)) == 0 && (rc = set_attributes(&at)) == 0)
		rc = posix_spawn(pid, path, &fa, &at, argv, env);
	(void)posix_spawnattr_destroy(&at);
destroy_actions:
	(void)posix_spawn_file_actions_destroy(&fa);
	return rc;
}

int
child_start(struct child *c, const char *path, char *const env[])
{
	int fd[2], rc;

	if (pipe2(fd, O_CLOEXEC) == -1)
		return -1;
	/* Only our end is non-blocking; the program's is as it expects. */
	if (fcntl(fd[1], F_SETFL, O_NONBLOCK) == -1)
		goto close_pipe;
	(void)fcntl(fd[1], F_SETPIPE_SZ, CHILD_PIPE_BYTES);
	if ((rc = spawn(&c->pid, path, env, fd[0])) != 0) {
		errno = rc;
		goto close_pipe;
	}
	/* Nobody else waits for it, so the id is still its own. */
	if ((c->pidfd = open_pidfd(c->pid)) == -1)
		goto kill_child;
	(void)close(fd[0]);
	c->in = fd[1];
	return 0;
kill_child:
	rc = errno;
	(void)kill(-c->pid, SIGKILL);
	(void)waitpid(c->pid, NULL, 0);
	errno = rc;
close_pipe:
	rc = errno;
	(void)close(fd[0]);
	(void)close(fd[1]);
	errno = rc;
	return -1;
}

void
child_close_stdin(struct child *c)
{
	if (c->in != -1)
		(void)close(c->in);
	c->in = -1;
}

void
child_signal(const struct child *c, int sig)
{
	(void)kill(-c->pid, sig);
}

int
child_reap(struct child *c, char how[CHILD_HOW_SIZE])
{
	siginfo_t si = {0};
	int rc = -1;

	/*
	 * While the leader is a zombie its group's number is not given out
	 * again.  What of the group outlived it would write beside whatever
	 * is started next.
	 */
	child_signal(c, SIGKILL);
	child_close_stdin(c);
	if (waitid(P_PIDFD, (id_t)c->pidfd, &si, WEXITED) == -1)
		(void)snprintf(how, CHILD_HOW_SIZE, "was lost");
	else if (si.si_code == CLD_EXITED)
		(void)snprintf(
		    how, CHILD_HOW_SIZE, "exited with %d", si.si_status);
	else
		(void)snprintf(how, CHILD_HOW_SIZE, "was killed by SIG%s",
		    sigabbrev_np(si.si_status) != NULL
			? sigabbrev_np(si.si_status)
			: "?");
	if (si.si_code == CLD_EXITED && si.si_status == 0)
		rc = 0;
	(void)close(c->pidfd);
	c->pidfd = -1;
	return rc;
}
