#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *prog = "?";

/*
 * Does who reads stderr take priorities (sd-daemon(3))?  systemd's journal
 * names what it gave us, device and inode, in JOURNAL_STREAM (systemd.exec(5)).
 */
static bool
read_by_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) == -1)
		return false;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, own) == 0;
}

/* One write a line, so that lines of several processes do not mix. */
static void __attribute__((format(printf, 2, 0)))
emit(int priority, const char *fmt, va_list ap, int saved)
{
	char line[2048];
	size_t n = 0, room = sizeof(line) - 1;
	int k;

	if (read_by_journal())
		n += (size_t)snprintf(line, room, "<%d>", priority);
	k = snprintf(line + n, room - n, "%.64s: ", prog);
	n += k > 0 ? (size_t)k : 0;
	k = vsnprintf(line + n, room - n, fmt, ap);
	n += k > 0 ? (size_t)k : 0;
	n = n < room ? n : room - 1;
	if (saved != 0) {
		k = snprintf(line + n, room - n, ": %s", strerror(saved));
		n += k > 0 ? (size_t)k : 0;
		n = n < room ? n : room - 1;
	}
	/* What a peer said may stand in a line, but cannot start one. */
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) == -1)
		return; /* there is nowhere left to say it */
}

void
err_setprog(const char *name)
{
	prog = name;
}

#define EMIT(priority, error)                                                  \
	do {                                                                   \
		int saved = errno;                                             \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		emit(priority, fmt, ap, error);                                \
		va_end(ap);                                                    \
		errno = saved;                                                 \
	} while (0)

void
err_sys(const char *fmt, ...)
{
	EMIT(3, saved);
}

void
err_msg(const char *fmt, ...)
{
	EMIT(3, 0);
}

void
err_warn(const char *fmt, ...)
{
	EMIT(4, 0);
}

void
err_info(const char *fmt, ...)
{
	EMIT(6, 0);
}
