#include "rack.h"
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, or -1 with errno ENAMETOOLONG. */
static int
path_of(char path[PATH_MAX], const char *media_dir, const char *broadcast,
    const char *name)
{
	int n = snprintf(
	    path, PATH_MAX, "%s/%s/thumb%s", media_dir, broadcast, name);

	if (n > 0 && n < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int
rack_put(const char *media_dir, const char *broadcast, const char *name,
    struct str p, bool sync)
{
	char path[PATH_MAX], step[RACK_NAME_SIZE + 1];

	(void)snprintf(step, sizeof(step), "/%s", name);
	if (path_of(path, media_dir, broadcast, "") == -1)
		return -1;
	/* Only this folder: that of the broadcast is not ours to make. */
	if (mkdir(path, 0750) == -1 && errno != EEXIST)
		return -1;
	if (path_of(path, media_dir, broadcast, step) == -1)
		return -1;
	return file_replace(path, p.p, p.len, sync);
}

bool
rack_has(const char *media_dir, const char *broadcast, const char *name)
{
	char path[PATH_MAX], step[RACK_NAME_SIZE + 1];

	(void)snprintf(step, sizeof(step), "/%s", name);
	return path_of(path, media_dir, broadcast, step) == 0 &&
	       access(path, R_OK) == 0;
}
