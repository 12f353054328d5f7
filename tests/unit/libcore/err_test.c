#include "err.h"
#include "tap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What err_warn() says into a pipe that JOURNAL_STREAM names, or does not. */
static void
hear(bool journal, const char *text, char *line, size_t cap)
{
	int pipes[2], before = dup(STDERR_FILENO);
	char name[64];
	struct stat st;
	ssize_t n;

	if (pipe(pipes) == -1 || fstat(pipes[1], &st) == -1 ||
	    dup2(pipes[1], STDERR_FILENO) == -1)
		abort();
	(void)snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino + !journal);
	(void)setenv("JOURNAL_STREAM", name, 1);
	err_warn("%s", text);
	n = read(pipes[0], line, cap - 1);
	line[n > 0 ? n : 0] = '\0';
	(void)dup2(before, STDERR_FILENO);
	(void)close(before);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

int
main(void)
{
	char line[128];

	err_setprog("weir-test");
	hear(true, "low water", line, sizeof(line));
	OK(strcmp(line, "<4>weir-test: low water\n") == 0);
	hear(false, "low water", line, sizeof(line));
	OK(strcmp(line, "weir-test: low water\n") == 0);
	hear(false, "two\nlines\x1b[2J", line, sizeof(line));
	OK(strcmp(line, "weir-test: two?lines?[2J\n") == 0);
	return tap_done();
}
