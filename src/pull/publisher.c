#include "publisher.h"
#include "err.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The weir-push beside us. */
static int
find(char dst[PATH_MAX])
{
	static const char name[] = "weir-push";
	ssize_t n = readlink("/proc/self/exe", dst, PATH_MAX - 1);
	char *slash;

	if (n == -1)
		return -1;
	dst[n] = '\0';
	slash = strrchr(dst, '/');
	if (slash == NULL ||
	    (size_t)(slash + 1 - dst) + sizeof(name) > PATH_MAX) {
		errno = ENOENT;
		return -1;
	}
	memcpy(slash + 1, name, sizeof(name));
	return 0;
}

/* The child: MEDIA becomes its input, ADDRESSES a file that it reads. */
static _Noreturn void
become(const char *path, int media, int addresses)
{
	char file[32];
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* A terminal's ^C is for us; it ends when its input does. */
	(void)setpgid(0, 0);
	(void)snprintf(file, sizeof(file), "/dev/fd/%d", addresses);
	if (dup2(media, STDIN_FILENO) != -1 &&
	    fcntl(addresses, F_SETFD, 0) != -1)
		(void)execl(path, "weir-push", "--to-file", file, (char *)NULL);
	err_sys("run %s", path);
	_exit(EXIT_TEMP);
}

int
publisher_start(struct publisher *p, const char *addresses)
{
	int media[2] = {-1, -1}, text[2] = {-1, -1};
	size_t n = strlen(addresses);
	char path[PATH_MAX];

	/* It fits into a pipe, so that nobody waits. */
	if (n > PIPE_BUF) {
		err_msg("the addresses are too long");
		return -1;
	}
	if (find(path) == -1 || pipe2(media, O_CLOEXEC) == -1 ||
	    pipe2(text, O_CLOEXEC) == -1 ||
	    file_write(text[1], addresses, n) == -1 ||
	    (p->pid = fork()) == -1) {
		err_sys("start weir-push");
		p->pid = 0;
		return -1;
	}
	if (p->pid == 0) {
		/* /dev/fd/N must come to its end. */
		(void)close(text[1]);
		become(path, media[0], text[0]);
	}
	(void)close(media[0]);
	(void)close(text[0]);
	(void)close(text[1]);
	p->fd = media[1];
	return 0;
}

int
publisher_finish(struct publisher *p)
{
	int status = 0;

	if (p->pid == 0)
		return EXIT_OK;
	(void)close(p->fd);
	while (waitpid(p->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	p->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TEMP;
}
