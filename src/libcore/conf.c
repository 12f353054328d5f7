#include "conf.h"
#include "err.h"
#include "num.h"
#include "str.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Programs of a checkout lie in bin/ or in .build/<variant>/bin. */
enum { MAX_PARENTS = 4 };

static const struct {
	const char *key, *checkout, *installed;
} dirs[] = {
    [CONF_STATE] = {"WEIR_STATE", "var", "/var/lib/weir"},
    [CONF_RUN] = {"WEIR_RUN", "var/run", "/run/weir"},
    [CONF_PIPELINES] = {"WEIR_PIPELINES", "pipelines", "lib/weir/pipelines"},
    [CONF_WWW] = {"WEIR_WWW", ".build/www", "share/weir/www"},
    [CONF_FILE] = {"WEIR_CONF", "var/weir.conf", "/etc/weir/weir.conf"},
};

static int
join(char dst[PATH_MAX], const char *a, const char *b)
{
	int n = snprintf(dst, PATH_MAX, "%s%s%s", a, *b != '\0' ? "/" : "", b);

	if (n < 0 || n >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

/*
 * Where this program stands: the checkout's top, or the prefix it is
 * installed under.
 */
static bool
in_checkout(char top[PATH_MAX])
{
	char probe[PATH_MAX], prefix[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", top, PATH_MAX - 1);

	top[n > 0 ? n : 0] = '\0';
	(void)str_copy(prefix, sizeof(prefix), STR("/usr/local"));
	for (int i = 0; i < MAX_PARENTS; i++) {
		char *slash = strrchr(top, '/');

		if (slash == NULL)
			break;
		*slash = '\0';
		if (i == 1)
			(void)str_copy(prefix, sizeof(prefix), str_from(top));
		if (join(probe, top, "src/libcore/banned.h") == 0 &&
		    access(probe, F_OK) == 0)
			return true;
	}
	(void)str_copy(top, PATH_MAX, str_from(prefix));
	return false;
}

int
conf_path(char dst[PATH_MAX], enum conf_dir dir, const char *name)
{
	char top[PATH_MAX], base[PATH_MAX];
	const char *set = getenv(dirs[dir].key);

	if (set != NULL && *set == '/')
		return join(dst, set, name);
	if (set != NULL && *set != '\0') {
		if (getcwd(top, sizeof(top)) == NULL ||
		    join(base, top, set) == -1)
			return -1;
		return join(dst, base, name);
	}
	if (in_checkout(top)) {
		if (join(base, top, dirs[dir].checkout) == -1)
			return -1;
	} else if (dirs[dir].installed[0] == '/') {
		return join(dst, dirs[dir].installed, name);
	} else if (join(base, top, dirs[dir].installed) == -1) {
		return -1;
	}
	return join(dst, base, name);
}

const char *
conf_text(const char *key, const char *fallback)
{
	const char *s = getenv(key);

	return s != NULL && *s != '\0' ? s : fallback;
}

int
conf_number(const char *key, uint64_t fallback, uint64_t min, uint64_t max,
    uint64_t *out)
{
	const char *s = conf_text(key, NULL);

	if (s == NULL) {
		*out = fallback;
		return 0;
	}
	if (num_parse(s, min, max, out) == -1) {
		err_msg("%s=%s: want a number from %" PRIu64 " to %" PRIu64,
		    key, s, min, max);
		return -1;
	}
	return 0;
}

int
conf_parse_address(const char *s, struct conf_address *out)
{
	const char *colon = strrchr(s, ':');
	struct str host;
	uint64_t port;

	if (colon == NULL || num_parse(colon + 1, 0, 65535, &port) == -1)
		return -1;
	host = (struct str){s, (size_t)(colon - s)};
	if (host.len >= 2 && s[0] == '[' && colon[-1] == ']')
		host = (struct str){s + 1, host.len - 2};
	if (host.len == 0)
		host = STR("0.0.0.0");
	if (str_copy(out->host, sizeof(out->host), host) == -1)
		return -1;
	(void)snprintf(out->port, sizeof(out->port), "%u", (unsigned)port);
	return 0;
}

int
conf_address(const char *key, const char *fallback, struct conf_address *out)
{
	const char *s = conf_text(key, fallback);

	if (conf_parse_address(s, out) == 0)
		return 0;
	err_msg("%s=%s: want HOST:PORT, for instance %s", key, s, fallback);
	return -1;
}
