#include "program.h"
#include "conf.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_name(const char *name)
{
	return str_slug(str_from(name), PROGRAM_NAME_SIZE - 1);
}

/* NAME inside SUB of DIR.  As program_find(). */
static int
look(char dst[PATH_MAX], enum conf_dir dir, const char *sub, const char *name)
{
	char inside[PROGRAM_NAME_SIZE + 16];
	struct stat st;

	(void)snprintf(inside, sizeof(inside), "%s%s", sub, name);
	if (conf_path(dst, dir, inside) == -1 || stat(dst, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EACCES;
		return -1;
	}
	return access(dst, X_OK);
}

int
program_find(char dst[PATH_MAX], const char *name)
{
	if (!is_name(name)) {
		errno = ENOENT;
		return -1;
	}
	if (look(dst, CONF_STATE, "pipelines/", name) == 0)
		return 0;
	/* One's own that cannot be started is not passed over in silence. */
	return errno == ENOENT ? look(dst, CONF_PIPELINES, "", name) : -1;
}

static int
is_listed(const struct dirent *d)
{
	return is_name(d->d_name);
}

static void
add_names(char *dst, size_t cap, enum conf_dir dir, const char *sub)
{
	struct dirent **entry;
	char path[PATH_MAX];
	int n = -1;

	if (conf_path(path, dir, sub) == 0)
		n = scandir(path, &entry, is_listed, alphasort);
	if (n == -1)
		return;
	for (int i = 0; i < n; i++) {
		size_t len = strlen(dst);

		if (len + strlen(entry[i]->d_name) + sizeof(", ") <= cap &&
		    program_find(path, entry[i]->d_name) == 0)
			(void)snprintf(dst + len, cap - len, "%s%s",
			    len > 0 ? ", " : "", entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
}

void
program_names(char *dst, size_t cap)
{
	dst[0] = '\0';
	add_names(dst, cap, CONF_STATE, "pipelines");
	add_names(dst, cap, CONF_PIPELINES, "");
}
