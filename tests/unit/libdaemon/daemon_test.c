#include "clock.h"
#include "daemon.h"
#include "err.h"
#include "file.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Each case forks a child that is a small daemon and says what happens to
 * it by letters on a pipe.
 */
enum { DEADLINE_MS = 60000 };

struct small {
	int say;        /* the pipe */
	uint64_t ticks; /* a figure */
	uint64_t fail_open, drains_left, tick_fails_at;
	bool stuck;
};

static void
say(struct small *s, char c)
{
	if (write(s->say, &c, 1) != 1)
		_exit(1);
}

static int
small_open(void *ctx, zloop_t *loop, int *code)
{
	struct small *s = ctx;

	(void)loop;
	say(s, 'o');
	if (s->fail_open == 0)
		return 0;
	*code = (int)s->fail_open;
	return -1;
}

static int
small_tick(void *ctx)
{
	struct small *s = ctx;

	if (s->ticks++ == 0)
		say(s, 't');
	return s->tick_fails_at != 0 && s->ticks >= s->tick_fails_at ? -1 : 0;
}

static void
small_reload(void *ctx)
{
	say(ctx, 'h');
}

static int
small_drain(void *ctx)
{
	struct small *s = ctx;

	say(s, 'd');
	if (s->stuck)
		return 1;
	return s->drains_left > 0 && s->drains_left-- > 0 ? 1 : 0;
}

static void
small_close(void *ctx)
{
	say(ctx, 'c');
}

static int
child(int argc, char *argv[], int fd)
{
	struct small s = {.say = fd};
	const struct opt opt[] = {
	    {.letter = 'f',
		.name = "fail",
		.arg = "CODE",
		.help = "fail to open",
		.number = &s.fail_open,
		.max = 255},
	    {.letter = 'd',
		.name = "drains",
		.arg = "N",
		.help = "drain so often",
		.number = &s.drains_left,
		.max = 1000},
	    {.letter = 't',
		.name = "tick",
		.arg = "N",
		.help = "fail at this tick",
		.number = &s.tick_fails_at,
		.max = 1000},
	    {.letter = 's',
		.name = "stuck",
		.help = "never finish",
		.flag = &s.stuck},
	    {0},
	};
	const struct daemon_metric metric[] = {
	    {"weir_small_ticks_total", "Ticks.", "counter", &s.ticks},
	    {"weir_small_drains", "Drains left.", "gauge", &s.drains_left},
	    {0},
	};
	const struct daemon_ops ops = {
	    .program = {.name = "weir-small",
		.summary = "a daemon for tests",
		.opt = opt},
	    .name = "small",
	    .open = small_open,
	    .tick = small_tick,
	    .period_ms = 10,
	    .reload = small_reload,
	    .drain = small_drain,
	    .drain_limit_ms = 2000,
	    .close = small_close,
	    .metric = metric,
	};

	return daemon_run(argc, argv, &ops, &s);
}

/* A running child, what it said on its pipe, and its stderr in a file. */
struct run {
	pid_t pid;
	int fd;
	char said[1024];
	size_t len;
};

static char dir[] = "/tmp/weir-daemon.XXXXXX";

static const char *
in_dir(const char *name)
{
	static char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static struct run
start(const char *a, const char *b)
{
	static char name[] = "weir-small";
	struct run r = {0};
	char one[32], two[32], *argv[] = {name, one, two, NULL};
	int fd[2], argc = 1 + (a != NULL) + (b != NULL);

	(void)snprintf(one, sizeof(one), "%s", a != NULL ? a : "");
	(void)snprintf(two, sizeof(two), "%s", b != NULL ? b : "");
	argv[argc] = NULL;
	(void)fflush(stdout);
	if (pipe2(fd, O_CLOEXEC) == -1 || (r.pid = fork()) == -1)
		exit(1);
	if (r.pid == 0) {
		char number[16];
		int err =
		    open(in_dir("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

		(void)close(fd[0]);
		if (err == -1 || dup2(err, STDERR_FILENO) == -1 ||
		    dup2(err, STDOUT_FILENO) == -1)
			_exit(1);
		(void)snprintf(number, sizeof(number), "%d", dup(fd[1]));
		(void)setenv("NOTIFY_FD", number, 1);
		/* exit() and not _exit(): czmq's own end is part of it. */
		exit(child(argc, argv, fd[1]));
	}
	(void)close(fd[1]);
	r.fd = fd[0];
	return r;
}

/* Read until the child said all the letters of WANT, or its end. */
static bool
heard(struct run *r, const char *want)
{
	for (;;) {
		struct pollfd p = {.fd = r->fd, .events = POLLIN};
		const char *w = want;

		while (*w != '\0' && memchr(r->said, *w, r->len) != NULL)
			w++;
		if (*w == '\0')
			return true;
		if (r->len == sizeof(r->said) - 1 ||
		    poll(&p, 1, DEADLINE_MS) != 1 ||
		    read(r->fd, r->said + r->len, 1) != 1)
			return false;
		r->len++;
	}
}

/* Everything else it says, and its exit code. */
static int
end(struct run *r)
{
	int status = 0;

	(void)heard(r, "\001"); /* which it never says */
	(void)close(r->fd);
	if (waitpid(r->pid, &status, 0) != r->pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static bool
contains(const char *file, const char *text)
{
	char all[8192];
	int fd = open(in_dir(file), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, all, sizeof(all) - 1);

	if (fd != -1)
		(void)close(fd);
	all[n > 0 ? n : 0] = '\0';
	return strstr(all, text) != NULL;
}

static bool
comes_to_contain(const char *file, const char *text)
{
	uint64_t end_us = clock_mono_us() + DEADLINE_MS * 1000ULL;

	while (clock_mono_us() < end_us) {
		if (contains(file, text))
			return true;
		(void)poll(NULL, 0, 5);
	}
	return false;
}

static void
happy(void)
{
	struct run r = start("-d", "3");
	struct stat st;

	OK(heard(&r, "o\nt"));
	OK(stat(in_dir("run"), &st) == 0 && (st.st_mode & 0777) == 0750);
	OK(file_lock_holder(in_dir("run/small.lock")) == r.pid);
	OK(comes_to_contain("run/metrics/small.prom",
	    "# HELP weir_small_drains Drains left.\n"
	    "# TYPE weir_small_drains gauge\n"
	    "weir_small_drains 3\n"));
	OK(kill(r.pid, SIGHUP) == 0);
	OK(heard(&r, "h"));
	OK(kill(r.pid, SIGTERM) == 0);
	OK(end(&r) == EXIT_OK);
	OK(strcmp(r.said, "o\nthddddc") == 0);
	OK(contains("run/metrics/small.prom", "weir_small_drains 0\n"));
	OK(!contains("err", "weir"));
	OK(file_lock_holder(in_dir("run/small.lock")) == 0);

	r = start(NULL, NULL);
	OK(heard(&r, "\n"));
	/* Stopped and continued, it goes on. */
	OK(kill(r.pid, SIGSTOP) == 0);
	OK(kill(r.pid, SIGCONT) == 0);
	OK(kill(r.pid, SIGHUP) == 0);
	OK(heard(&r, "h"));
	OK(kill(r.pid, SIGINT) == 0);
	OK(end(&r) == EXIT_OK);
}

static void
refusals(void)
{
	struct run r = start("-d", "x"), other;
	FILE *f;

	OK(end(&r) == EXIT_PERM);
	OK(strcmp(r.said, "") == 0);
	OK(contains("err", "drains"));

	r = start("--no-such", NULL);
	OK(end(&r) == EXIT_PERM);
	r = start("operand", NULL);
	OK(end(&r) == EXIT_PERM);
	r = start("-h", NULL);
	OK(end(&r) == EXIT_OK);
	OK(contains("err", "--drains N"));

	r = start("-f", "100");
	OK(end(&r) == EXIT_PERM);
	OK(strcmp(r.said, "o") == 0);
	r = start("-f", "111");
	OK(end(&r) == EXIT_TEMP);

	r = start("-t", "2");
	OK(end(&r) == EXIT_TEMP);
	OK(strcmp(r.said, "o\ntc") == 0 || strcmp(r.said, "ot\nc") == 0);

	/* Two of them on one WEIR_RUN. */
	r = start(NULL, NULL);
	OK(heard(&r, "\n"));
	other = start(NULL, NULL);
	OK(end(&other) == EXIT_TEMP);
	OK(strcmp(other.said, "") == 0);
	OK(contains("err", "another weir-small (pid "));
	OK(contains("err", ") runs on this WEIR_RUN"));
	OK(kill(r.pid, SIGTERM) == 0);
	OK(end(&r) == EXIT_OK);

	/* A WEIR_RUN that cannot be. */
	OK((f = fopen(in_dir("file"), "w")) != NULL && fclose(f) == 0);
	(void)setenv("WEIR_RUN", in_dir("file/run"), 1);
	r = start(NULL, NULL);
	OK(end(&r) == EXIT_TEMP);
	OK(contains("err", "make directory WEIR_RUN=/tmp/weir-daemon."));
	OK(contains("err", "/file/run: Not a directory"));
	(void)setenv("WEIR_RUN", in_dir("run"), 1);
}

static void
late(void)
{
	struct run r = start("-s", NULL);

	OK(heard(&r, "\n"));
	OK(kill(r.pid, SIGTERM) == 0);
	OK(heard(&r, "d"));
	OK(kill(r.pid, SIGTERM) == 0);
	OK(kill(r.pid, SIGHUP) == 0);
	OK(end(&r) == EXIT_TEMP);
	OK(contains("err", "drain limit of 2000 ms"));
	OK(memchr(r.said, 'h', r.len) == NULL);
	OK(r.said[r.len - 1] == 'c');

	/* Killed, and then again: the lock does not outlive its holder. */
	for (int i = 0; i < 3; i++) {
		r = start(NULL, NULL);
		OK(heard(&r, "\n"));
		OK(kill(r.pid, SIGKILL) == 0);
		OK(end(&r) == -1);
	}
}

/* What the daemon says next on $NOTIFY_SOCKET begins with WANT. */
static bool
told(int fd, const char *want)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char got[128];
	ssize_t n;

	if (poll(&p, 1, DEADLINE_MS) != 1 ||
	    (n = recv(fd, got, sizeof(got) - 1, 0)) <= 0)
		return false;
	got[n] = '\0';
	return strncmp(got, want, strlen(want)) == 0;
}

static void
supervised(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct run r;
	bool ok = true;

	(void)snprintf(
	    sa.sun_path, sizeof(sa.sun_path), "%s", in_dir("notify"));
	OK(fd != -1 && bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0);
	(void)setenv("NOTIFY_SOCKET", sa.sun_path, 1);
	r = start(NULL, NULL);
	OK(told(fd, "READY=1"));
	OK(kill(r.pid, SIGHUP) == 0);
	OK(told(fd, "RELOADING=1\nMONOTONIC_USEC="));
	OK(told(fd, "READY=1"));
	OK(kill(r.pid, SIGTERM) == 0);
	OK(told(fd, "STOPPING=1"));
	OK(end(&r) == EXIT_OK);

	(void)setenv("WATCHDOG_USEC", "20000", 1);
	r = start(NULL, NULL);
	OK(told(fd, "READY=1"));
	for (int i = 0; i < 3; i++)
		ok = ok && told(fd, "WATCHDOG=1");
	OK(ok);
	OK(kill(r.pid, SIGTERM) == 0);
	OK(end(&r) == EXIT_OK);
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("NOTIFY_SOCKET");
	(void)close(fd);
}

int
main(void)
{
	const char *const files[] = {"run/metrics/small.prom", "run/metrics",
	    "run/small.lock", "run", "file", "err", "notify", ""};

	if (mkdtemp(dir) == NULL)
		return 1;
	(void)setenv("WEIR_RUN", in_dir("run"), 1);
	happy();
	refusals();
	late();
	supervised();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		OK(remove(in_dir(files[i])) == 0);
	return tap_done();
}
