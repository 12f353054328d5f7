#include "route.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Whatever a target says, the file that it names stays below its folder and
 * every name is a name.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *mark = size > 0 ? memchr(data, '?', size) : NULL;
	size_t len = mark != NULL ? (size_t)(mark - data) : size;
	struct str path = {(const char *)data, len};
	struct str query = {(const char *)data + len + (mark != NULL),
	    size - len - (mark != NULL)};
	struct route r;

	route_parse(path, query, &r);
	if (r.kind >= ROUTE_KINDS)
		abort();
	if (r.channel[0] != '\0' &&
	    !str_slug(str_from(r.channel), NAME_SIZE - 1))
		abort();
	if (r.file[0] == '/' || r.file[0] == '.' ||
	    strstr(r.file, "/.") != NULL || strstr(r.file, "//") != NULL ||
	    strchr(r.file, '%') != NULL || strlen(r.file) >= ROUTE_FILE_SIZE)
		abort();
	if (r.kind == ROUTE_MEDIA && r.file[0] == '\0')
		abort();
	return 0;
}
