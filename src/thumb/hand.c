#include "hand.h"
#include "clock.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing of what we were told is in a worker's environment. */
static int
spawn(struct hand *h, const struct order *o, int task)
{
	char name[] = "weir-thumb", what[] = "--worker";
	char *argv[] = {name, what, NULL}, *envp[] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none;
	int rc;

	(void)sigemptyset(&none);
	if ((errno = posix_spawn_file_actions_init(&files)) != 0)
		return -1;
	rc = posix_spawnattr_init(&how);
	if (rc != 0)
		goto destroy_files;
	rc = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
	if (rc == 0)
		rc = posix_spawnattr_setsigmask(&how, &none);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(
		    &files, task, STDIN_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(
		    &files, h->answer, STDOUT_FILENO);
	/* Onto itself: it is not closed by exec(3). */
	for (size_t i = 0; rc == 0 && i < o->fds; i++)
		rc = posix_spawn_file_actions_adddup2(
		    &files, o->fd[i], o->fd[i]);
	if (rc == 0)
		rc = posix_spawn(
		    &h->pid, "/proc/self/exe", &files, &how, argv, envp);
	if (rc != 0)
		h->pid = 0;
	(void)posix_spawnattr_destroy(&how);
destroy_files:
	(void)posix_spawn_file_actions_destroy(&files);
	errno = rc;
	return rc == 0 ? 0 : -1;
}

int
hand_start(struct hand *h, const struct order *o)
{
	int task = memfd_create("task", MFD_CLOEXEC), rc = -1, saved;

	if (task == -1)
		return -1;
	h->answer = memfd_create("answer", MFD_CLOEXEC);
	if (h->answer != -1 && file_write(task, o->task.p, o->task.len) == 0 &&
	    lseek(task, 0, SEEK_SET) == 0)
		rc = spawn(h, o, task);
	saved = errno;
	(void)close(task);
	if (rc == -1 && h->answer != -1)
		(void)close(h->answer);
	h->bytes = 0;
	h->due_us = clock_mono_us() + HAND_PATIENCE_US;
	errno = saved;
	return rc;
}

/* The answer's size now. */
static uint64_t
size(const struct hand *h)
{
	struct stat st;

	return fstat(h->answer, &st) == 0 ? (uint64_t)st.st_size : 0;
}

enum hand_end
hand_look(struct hand *h, uint64_t now_us, struct buf *answer)
{
	int status;
	pid_t n = waitpid(h->pid, &status, WNOHANG);
	bool whole;

	if (n == 0 || (n == -1 && errno == EINTR)) {
		if (size(h) > h->bytes) {
			h->bytes = size(h);
			h->due_us = now_us + HAND_PATIENCE_US;
		}
		if (now_us > h->due_us)
			(void)kill(h->pid, SIGKILL);
		return HAND_BUSY;
	}
	whole = n == h->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	buf_reset(answer);
	if (size(h) > TASK_MAX_BYTES || lseek(h->answer, 0, SEEK_SET) == -1 ||
	    file_read(h->answer, answer) == -1) {
		buf_reset(answer);
		whole = false;
	}
	(void)close(h->answer);
	h->pid = 0;
	return whole ? HAND_DONE : HAND_FAILED;
}

void
hand_drop(struct hand *h)
{
	if (h->pid == 0)
		return;
	(void)kill(h->pid, SIGKILL);
	while (waitpid(h->pid, NULL, 0) == -1 && errno == EINTR)
		;
	(void)close(h->answer);
	h->pid = 0;
}
