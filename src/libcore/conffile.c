#include "conffile.h"
#include "buf.h"
#include "err.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct str
trim(struct str s)
{
	while (s.len > 0 && is_blank(s.p[0]))
		s = (struct str){s.p + 1, s.len - 1};
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* A name as sh and systemd know them; no locale has a say in it. */
static bool
is_key(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool letter = (c >= 'A' && c <= 'Z') ||
			      (c >= 'a' && c <= 'z') || c == '_';

		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return s.len > 0;
}

/* The value written as S, unquoted, into DST of CONFFILE_MAX_LINE bytes. */
static const char *
unquote(struct str s, char *dst)
{
	char quote = s.len > 0 ? s.p[0] : '\0';
	size_t i = 1, n = 0;

	if (quote != '"' && quote != '\'') {
		if (s.len > 0 && memchr(s.p, '\\', s.len) != NULL)
			return "has a backslash: put the value in quotes";
		(void)str_copy(dst, CONFFILE_MAX_LINE, s);
		return NULL;
	}
	for (; i < s.len && s.p[i] != quote; i++) {
		if (quote == '"' && s.p[i] == '\\' && i + 1 < s.len &&
		    strchr("\"\\`$", s.p[i + 1]) != NULL)
			i++;
		dst[n++] = s.p[i];
	}
	dst[n] = '\0';
	if (i == s.len)
		return "has a quote that is not closed on its line";
	if (i + 1 != s.len)
		return "goes on behind the closing quote";
	return NULL;
}

/* One trimmed line, which is not empty and no comment. */
static const char *
setting(struct str line, char *key, char *value)
{
	const char *equals = memchr(line.p, '=', line.len);
	struct str k;

	if (line.len >= CONFFILE_MAX_LINE)
		return "is too long";
	if (!str_utf8(line))
		return "is not UTF-8 text";
	for (size_t i = 0; i < line.len; i++)
		if (((unsigned char)line.p[i] < ' ' && line.p[i] != '\t') ||
		    line.p[i] == 0x7f)
			return "has a control character";
	if (equals == NULL)
		return "is not KEY=value";
	k = (struct str){line.p, (size_t)(equals - line.p)};
	if (k.len > 0 && is_blank(k.p[k.len - 1]))
		return "has a blank before its '='";
	if (!is_key(k))
		return "does not begin with a name and '='";
	(void)str_copy(key, CONFFILE_MAX_LINE, k);
	return unquote(
	    trim((struct str){equals + 1, line.len - k.len - 1}), value);
}

int
conffile_parse(
    struct str text, conffile_fn *fn, void *arg, struct conffile_error *e)
{
	char key[CONFFILE_MAX_LINE], value[CONFFILE_MAX_LINE];

	*e = (struct conffile_error){0};
	if (text.len > CONFFILE_MAX) {
		e->why = "is longer than 64 KiB";
		errno = EBADMSG;
		return -1;
	}
	while (text.len > 0) {
		const char *nl = memchr(text.p, '\n', text.len);
		size_t n = nl != NULL ? (size_t)(nl - text.p) : text.len;
		struct str line = trim((struct str){text.p, n});
		int rc;

		n += nl != NULL;
		text = (struct str){text.p + n, text.len - n};
		e->line++;
		if (line.len == 0)
			continue;
		if (line.p[0] == '#' || line.p[0] == ';') {
			if (line.p[line.len - 1] != '\\')
				continue;
			/* Older systemds would take the next line with it. */
			e->why = "is a comment with a backslash at its end";
			errno = EBADMSG;
			return -1;
		}
		if ((e->why = setting(line, key, value)) != NULL) {
			errno = EBADMSG;
			return -1;
		}
		if ((rc = fn(arg, key, value)) != 0)
			return rc;
	}
	return 0;
}

int
conffile_read(
    const char *path, conffile_fn *fn, void *arg, struct conffile_error *e)
{
	struct buf b;
	int fd, rc = -1, saved;

	*e = (struct conffile_error){0};
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	/* One byte more than may be, so that too long is told from full. */
	buf_init(&b, CONFFILE_MAX + 1);
	if (file_read(fd, &b) == 0 || errno == EMSGSIZE)
		rc = conffile_parse(buf_str(&b), fn, arg, e);
	saved = errno;
	buf_fini(&b);
	(void)close(fd);
	errno = saved;
	return rc;
}

static int
put(void *arg, const char *key, const char *value)
{
	(void)arg;
	if (!str_starts(str_from(key), STR("WEIR_")))
		return 0;
	return setenv(key, value, 0);
}

int
conffile_load(const char *path)
{
	struct conffile_error e;
	int rc = conffile_read(path, put, NULL, &e), saved = errno;

	if (rc == -1 && e.why == NULL)
		err_sys("settings in %s", path);
	else if (rc == -1 && e.line == 0)
		err_msg("settings: %s %s", path, e.why);
	else if (rc == -1)
		err_msg("settings: %s: line %u %s", path, e.line, e.why);
	errno = saved;
	return rc;
}
