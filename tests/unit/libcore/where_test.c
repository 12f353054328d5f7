#include "file.h"
#include "tap.h"
#include "where.h"

#include <errno.h>
#include <unistd.h>

static const struct {
	const char *in, *out; /* NULL: refused */
} cases[] = {
    {"127.0.0.1:8080\n", "127.0.0.1:8080"},
    {"127.0.0.1:1", "127.0.0.1:1"},
    {"[::1]:65535\nmore", "[::1]:65535"},
    {"example.org:80\n", "example.org:80"},
    {"", NULL},
    {"\n", NULL},
    {"127.0.0.1", NULL},
    {"127.0.0.1:", NULL},
    {"127.0.0.1:0", NULL},
    {"127.0.0.1:65536", NULL},
    {":80", NULL},
};

int
main(void)
{
	char dst[WHERE_SIZE], host[256] = "", want[512];
	char dir[] = "/tmp/where.XXXXXX", path[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = where_parse(dst, sizeof(dst), cases[i].in);

		OK(rc == (cases[i].out != NULL ? 0 : -1));
		OK(strcmp(dst, cases[i].out != NULL ? cases[i].out : "") == 0);
		OK(rc == 0 || errno == EBADMSG);
	}
	OK(where_parse(dst, 8, "127.0.0.1:80") == -1 && errno == ENAMETOOLONG);
	OK(gethostname(host, sizeof(host) - 1) == 0);
	(void)snprintf(want, sizeof(want), "%s:80", host);
	OK(where_parse(dst, sizeof(dst), "0.0.0.0:80\n") == 0);
	OK(strcmp(dst, want) == 0);
	OK(where_parse(dst, sizeof(dst), "[::]:80\n") == 0);
	OK(strcmp(dst, want) == 0);

	OK(mkdtemp(dir) != NULL && setenv("WEIR_RUN", dir, 1) == 0);
	OK(where_reach(dst, sizeof(dst), "edged") == -1 && errno == ENOENT);
	(void)snprintf(path, sizeof(path), "%s/edged.addr", dir);
	OK(file_replace(path, "127.0.0.1:8080\n", 15, false) == 0);
	OK(where_reach(dst, sizeof(dst), "edged") == 0);
	OK(strcmp(dst, "127.0.0.1:8080") == 0);
	(void)unlink(path);
	(void)rmdir(dir);
	return tap_done();
}
