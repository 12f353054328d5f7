#include "where.h"
#include "buf.h"
#include "conf.h"
#include "file.h"
#include "num.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILE = 128 };

int
where_parse(char *dst, size_t cap, const char *text)
{
	static const char *const wildcards[] = {"0.0.0.0", "[::]", "::", "*"};
	char name[256], line[MAX_FILE];
	const char *colon;
	struct str host;
	uint64_t port;

	dst[0] = '\0';
	if (str_copy(line, sizeof(line),
		(struct str){text, strcspn(text, "\n")}) == -1 ||
	    (colon = strrchr(line, ':')) == NULL || colon == line ||
	    num_parse(colon + 1, 1, 65535, &port) == -1) {
		errno = EBADMSG;
		return -1;
	}
	host = (struct str){line, (size_t)(colon - line)};
	for (size_t i = 0; i < sizeof(wildcards) / sizeof(wildcards[0]); i++)
		if (str_eqz(host, wildcards[i]) &&
		    gethostname(name, sizeof(name) - 1) == 0) {
			name[sizeof(name) - 1] = '\0';
			host = str_from(name);
			break;
		}
	if ((size_t)snprintf(dst, cap, "%.*s%s", STRF(host), colon) >= cap) {
		dst[0] = '\0';
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

int
where_reach(char *dst, size_t cap, const char *name)
{
	char file[64], path[PATH_MAX];
	struct buf b;
	int fd, rc = -1, saved;

	dst[0] = '\0';
	if ((size_t)snprintf(file, sizeof(file), "%s.addr", name) >=
	    sizeof(file)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (conf_path(path, CONF_RUN, file) == -1 ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	buf_init(&b, MAX_FILE);
	if (file_read(fd, &b) == 0 && buf_put(&b, "", 1) == 0)
		rc = where_parse(dst, cap, (const char *)b.p);
	saved = errno == EMSGSIZE ? EBADMSG : errno;
	buf_fini(&b);
	(void)close(fd);
	errno = saved;
	return rc;
}
