#include "sockfile.h"
#include "conf.h"
#include "str.h"

#include <limits.h>

int
sockfile_address(const char *file, struct sockaddr_un *sa)
{
	char path[PATH_MAX];

	*sa = (struct sockaddr_un){.sun_family = AF_UNIX};
	return conf_path(path, CONF_RUN, file) == -1
		   ? -1
		   : str_copy(
			 sa->sun_path, sizeof(sa->sun_path), str_from(path));
}
