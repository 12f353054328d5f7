#include "super.h"
#include "child.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "notify.h"
#include "story.h"
#include "where.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * In the order of starting; stopped in reverse.  The first is the log,
 * which the others need: they are started when it serves.
 */
static const struct {
	const char *name, *label;
	const char *before, *after; /* its address, printed; or NULL */
	bool optional; /* the platform goes on where it cannot run */
} daemons[] = {
    {"weir-logd", "logd", NULL, NULL, false},
    {"weir-srtd", "srtd", "publish  srt://", "?streamid=KEY", true},
    {"weir-rtmpd", "rtmpd", "publish  rtmp://",
	"/live  (stream key: weir channel add NAME)", false},
    {"weir-edged", "edged", "watch    http://", "/", false},
    {"weir-thumb", "thumb", NULL, NULL, false},
};

enum {
	LOG = 0,
	DAEMONS = sizeof(daemons) / sizeof(daemons[0]),
	LABEL_WIDTH = 5,
	FAILURES_MAX = 3, /* ends of one that has never served */
	STORY_PERIOD_US = 200 * 1000,
	LATE_US = 10 * 1000 * 1000, /* not ready: said this often */
};

struct super {
	const struct super_settings *settings;
	char dir[PATH_MAX]; /* of the daemons: our own */
	int lock, signals;
	struct child child[DAEMONS];
	struct story *story;
	uint64_t story_due_us;
	bool announced, stopping;
	int code;
};

static void
say(void *arg, const char *text)
{
	(void)arg;
	/* Nobody reads stdout any more?  The daemons run on. */
	(void)!printf("%s\n", text);
	(void)fflush(stdout);
}

static void
pass_on(void *arg, const char *p, size_t len)
{
	(void)arg;
	(void)file_write(STDERR_FILENO, p, len);
}

/* Take what the daemons have said so far. */
static void
listen_to(struct child *c)
{
	char bytes[16384];
	ssize_t n;

	/* One that never stops talking must not keep us from the others. */
	for (int i = 0; i < 16; i++) {
		if ((n = read(c->out_fd[0], bytes, sizeof(bytes))) <= 0)
			break;
		relay_take(&c->relay, bytes, (size_t)n, pass_on, NULL);
	}
}

static bool
colour_wanted(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && conf_text("NO_COLOR", NULL) == NULL &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

static void
stop(struct super *s, int code)
{
	if (s->stopping)
		return;
	s->stopping = true;
	s->code = code;
	if (notify_send("STOPPING=1") == -1)
		err_warn("tell the supervisor: %s", strerror(errno));
}

/* One after the other, the last started first. */
static bool
stop_next(struct super *s)
{
	for (size_t i = DAEMONS; i-- > 0;) {
		struct child *c = &s->child[i];

		if (c->pid == 0) {
			c->state = CHILD_GONE;
			continue;
		}
		if (c->state != CHILD_STOPPING)
			child_stop(c, s->settings->stop_limit_s * 1000000);
		return false;
	}
	return true;
}

static void
start(struct super *s, struct child *c)
{
	if (child_start(c, s->dir) == -1) {
		err_sys("start %s", c->relay.name);
		c->due_us = clock_mono_us() + c->pause_us;
		return;
	}
	c->due_us = clock_mono_us() + LATE_US;
}

/* What the clock says about C. */
static void
on_time(struct super *s, struct child *c)
{
	if (c->state == CHILD_DOWN) {
		if (!s->stopping && (c == s->child || s->child[LOG].served))
			start(s, c);
	} else if (c->state == CHILD_STARTING) {
		err_warn("%s is not ready yet after=%us", c->relay.name,
		    (unsigned)((clock_mono_us() - c->since_us) / 1000000));
		c->due_us += LATE_US;
	} else if (c->state == CHILD_STOPPING) {
		err_warn("%s did not end in time; killing it", c->relay.name);
		child_kill(c);
		c->due_us += LATE_US;
	}
}

/* How it ended, for people. */
static const char *
ending(int status, char *dst, size_t cap)
{
	if (WIFSIGNALED(status))
		(void)snprintf(
		    dst, cap, "signal=\"%s\"", strsignal(WTERMSIG(status)));
	else
		(void)snprintf(dst, cap, "exit=%d", WEXITSTATUS(status));
	return dst;
}

static bool
can_do_without(const struct super *s, const struct child *c)
{
	return daemons[c - s->child].optional;
}

/* True when C, which ended, has not served and starting it again is no use. */
static bool
hopeless(const struct child *c, int status)
{
	return !c->served &&
	       (c->failures >= FAILURES_MAX ||
		   (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_PERM));
}

static void
on_end(struct super *s, struct child *c, int status)
{
	const char *name = c->relay.name;
	char how[64];

	listen_to(c);
	relay_end(&c->relay, pass_on, NULL);
	(void)ending(status, how, sizeof(how));
	if (c->state != CHILD_GONE && !s->stopping && can_do_without(s, c) &&
	    hopeless(c, status)) {
		err_warn("%s cannot run (see above); going on without it %s",
		    name, how);
		c->state = CHILD_GONE;
	} else if (c->state == CHILD_GONE) {
		/* SIGTERM may come before a handler for it is in place. */
		bool asked = WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;

		if (status != 0 && !asked)
			err_warn("%s did not end well %s", name, how);
	} else if (s->stopping) {
		err_warn("%s ended before it was asked to %s", name, how);
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_PERM) {
		err_msg("%s cannot run like this (see above); stopping "
			"everything %s",
		    name, how);
		stop(s, EXIT_PERM);
	} else if (!c->served && c->failures >= FAILURES_MAX) {
		err_msg("%s did not come up in %u tries (see above); stopping "
			"everything %s",
		    name, c->failures, how);
		stop(s, EXIT_TEMP);
	} else {
		err_warn("%s ended; starting it again %s", name, how);
	}
}

static void
on_signals(struct super *s)
{
	struct signalfd_siginfo si;
	int status;

	while (read(s->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGCHLD)
			continue;
		if (s->stopping) {
			err_warn("asked again; killing what is left");
			for (size_t i = 0; i < DAEMONS; i++)
				child_kill(&s->child[i]);
		} else {
			err_info("stopping");
			stop(s, EXIT_OK);
		}
	}
	/* Signals merge, so each child is looked at. */
	for (size_t i = 0; i < DAEMONS; i++)
		if (child_reap(&s->child[i], &status))
			on_end(s, &s->child[i], status);
}

/* Say where things are, once all serve. */
static void
announce(struct super *s)
{
	char where[WHERE_SIZE], line[2 * WHERE_SIZE];

	for (size_t i = 0; i < DAEMONS; i++)
		if (s->child[i].state != CHILD_UP &&
		    !(daemons[i].optional && s->child[i].state == CHILD_GONE))
			return;
	s->announced = true;
	for (size_t i = DAEMONS; i-- > 0;) {
		if (daemons[i].before == NULL || s->child[i].state != CHILD_UP)
			continue;
		if (where_reach(where, sizeof(where), daemons[i].label) == -1) {
			err_sys("where %s listens", daemons[i].name);
			continue;
		}
		(void)snprintf(line, sizeof(line), "%s%s%s", daemons[i].before,
		    where, daemons[i].after);
		say(NULL, line);
	}
	if (notify_send("READY=1") == -1)
		err_warn("tell the supervisor: %s", strerror(errno));
}

/* Milliseconds until something is due, for poll(2). */
static int
wait_ms(const struct super *s)
{
	uint64_t now = clock_mono_us(), due = s->story_due_us;

	for (size_t i = 0; i < DAEMONS; i++) {
		const struct child *c = &s->child[i];

		/* Those that wait for the log are not due before it serves. */
		if (c->state == CHILD_UP || c->state == CHILD_GONE ||
		    (c->state == CHILD_DOWN && i != LOG &&
			!s->child[LOG].served))
			continue;
		if (c->due_us < due)
			due = c->due_us;
	}
	return due > now ? (int)((due - now + 999) / 1000) : 0;
}

static int
turn(struct super *s)
{
	struct pollfd fds[1 + 2 * DAEMONS];
	uint64_t now;

	fds[0] = (struct pollfd){.fd = s->signals, .events = POLLIN};
	for (size_t i = 0; i < DAEMONS; i++) {
		fds[1 + 2 * i] = (struct pollfd){
		    .fd = s->child[i].out_fd[0], .events = POLLIN};
		fds[2 + 2 * i] = (struct pollfd){
		    .fd = s->child[i].ready_fd, .events = POLLIN};
	}
	if (poll(fds, 1 + 2 * DAEMONS, wait_ms(s)) == -1 && errno != EINTR) {
		err_sys("wait for the daemons");
		return -1;
	}
	for (size_t i = 0; i < DAEMONS; i++) {
		if (fds[1 + 2 * i].revents != 0)
			listen_to(&s->child[i]);
		if (fds[2 + 2 * i].revents != 0)
			(void)child_ready(&s->child[i]);
	}
	on_signals(s);
	now = clock_mono_us();
	for (size_t i = 0; i < DAEMONS; i++)
		if (s->child[i].due_us <= now)
			on_time(s, &s->child[i]);
	if (!s->announced && !s->stopping)
		announce(s);
	if (s->story_due_us <= now) {
		if (s->child[LOG].served)
			story_turn(s->story);
		s->story_due_us = now + STORY_PERIOD_US;
	}
	return 0;
}

static int
take_lock(void)
{
	char path[PATH_MAX];
	pid_t holder;
	int fd;

	if (conf_path(path, CONF_RUN, "") == -1 ||
	    file_mkdirs(path, 0750) == -1) {
		err_sys("make directory WEIR_RUN=%s", path);
		return -1;
	}
	if (conf_path(path, CONF_RUN, "up.lock") == -1) {
		err_sys("WEIR_RUN");
		return -1;
	}
	if ((fd = file_lock(path, &holder)) != -1)
		return fd;
	if (errno == EBUSY)
		err_msg("another weir-up runs on this WEIR_RUN pid=%ld",
		    (long)holder);
	else
		err_sys("lock %s", path);
	return -1;
}

static int
open_signals(void)
{
	sigset_t set;

	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || sigemptyset(&set) == -1 ||
	    sigaddset(&set, SIGTERM) == -1 || sigaddset(&set, SIGINT) == -1 ||
	    sigaddset(&set, SIGHUP) == -1 || sigaddset(&set, SIGCHLD) == -1 ||
	    sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The folder that this program lies in.  0, or -1 with errno. */
static int
own_folder(char dst[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", dst, PATH_MAX - 1);
	char *slash;

	dst[n > 0 ? n : 0] = '\0';
	if (n == -1)
		return -1;
	if ((slash = strrchr(dst, '/')) != NULL)
		*slash = '\0';
	return 0;
}

static int
open_children(struct super *s)
{
	bool colour = colour_wanted();

	for (size_t i = 0; i < DAEMONS; i++) {
		struct relay r = {.name = daemons[i].name,
		    .label = daemons[i].label,
		    .label_width = LABEL_WIDTH,
		    .tint = (unsigned)i,
		    .colour = colour,
		    .quiet = s->settings->quiet};

		if (child_init(&s->child[i], &r) == 0)
			continue;
		while (i-- > 0)
			child_fini(&s->child[i]);
		return -1;
	}
	return 0;
}

int
super_run(const struct super_settings *settings)
{
	struct super s = {.settings = settings, .code = EXIT_TEMP};
	char log[PATH_MAX];

	if (notify_init() == -1)
		err_warn("NOTIFY_FD: %s", strerror(errno));
	if (own_folder(s.dir) == -1 ||
	    conf_path(log, CONF_STATE, "log") == -1) {
		err_sys("find my place");
		return EXIT_TEMP;
	}
	if ((s.lock = take_lock()) == -1)
		return EXIT_TEMP;
	if ((s.signals = open_signals()) == -1) {
		err_sys("signals");
		goto err_lock;
	}
	if ((s.story = story_open(log, say, NULL)) == NULL) {
		err_sys("follow the log");
		goto err_signals;
	}
	if (open_children(&s) == -1) {
		err_sys("pipes");
		goto err_story;
	}
	while (turn(&s) == 0)
		if (s.stopping && stop_next(&s))
			break;
	/* What was said and what happened until the very end. */
	for (size_t i = 0; i < DAEMONS; i++) {
		listen_to(&s.child[i]);
		relay_end(&s.child[i].relay, pass_on, NULL);
		child_fini(&s.child[i]);
	}
	story_turn(s.story);
err_story:
	story_close(s.story);
err_signals:
	(void)close(s.signals);
err_lock:
	(void)close(s.lock);
	return s.code;
}
