#include "addresses.h"
#include "buf.h"
#include "err.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILE = 64 * 1024 };

static int
add(struct push *p, const char *text, const char *where)
{
	if (p->urls == PUSH_MAX_TARGETS) {
		err_msg("more than %d targets", PUSH_MAX_TARGETS);
		return -1;
	}
	if (url_parse(&p->url[p->urls], text) == -1) {
		err_msg(
		    "%s: want rtmp://, rtmps:// or srt:// and a host", where);
		return -1;
	}
	p->urls++;
	return 0;
}

/* Words of TEXT, which is changed; what follows a # in a line is a comment. */
static int
add_words(struct push *p, char *text, const char *where)
{
	char *line_end, *word_end;

	for (char *line; (line = strsep(&text, "\n")) != NULL;) {
		line_end = line;
		while (*line_end != '\0' && *line_end != '#')
			line_end++;
		/* In the middle of a word it is a fragment. */
		if (*line_end == '#' && line_end > line && line_end[-1] > ' ')
			line_end += strlen(line_end);
		*line_end = '\0';
		while ((word_end = strsep(&line, " \t\r")) != NULL)
			if (*word_end != '\0' && add(p, word_end, where) == -1)
				return -1;
	}
	return 0;
}

static int
add_file(struct push *p, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), rc = -1;
	struct buf b;

	buf_init(&b, MAX_FILE);
	if (fd == -1 || file_read(fd, &b) == -1 || buf_put(&b, "", 1) == -1)
		err_sys("--to-file %s", file);
	else
		rc = add_words(p, (char *)b.p, file);
	if (fd != -1)
		(void)close(fd);
	if (b.len > 0)
		explicit_bzero(b.p, b.len);
	buf_fini(&b);
	return rc;
}

int
addresses_read(struct push *p, char *arg[], int n, const char *file)
{
	char *setting = getenv("WEIR_PUSH_TO");

	for (int i = 0; i < n; i++) {
		if (add(p, arg[i], "an operand") == -1)
			return -1;
		explicit_bzero(arg[i], strlen(arg[i]));
	}
	if (file != NULL && add_file(p, file) == -1)
		return -1;
	if (setting != NULL) {
		if (add_words(p, setting, "WEIR_PUSH_TO") == -1)
			return -1;
		(void)unsetenv("WEIR_PUSH_TO");
	}
	if (p->urls > 0)
		return 0;
	err_msg("want an address to send to, or --to-file, or WEIR_PUSH_TO");
	return -1;
}
