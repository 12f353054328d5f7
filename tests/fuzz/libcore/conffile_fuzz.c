#include "conffile.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What is given out is text that an environment can hold. */
static int
check(void *arg, const char *key, const char *value)
{
	(void)arg;
	if (*key == '\0' || strchr(key, '=') != NULL ||
	    strlen(key) + strlen(value) >= CONFFILE_MAX_LINE ||
	    strchr(value, '\n') != NULL)
		abort();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct conffile_error e;
	int rc = conffile_parse(
	    (struct str){(const char *)data, len}, check, NULL, &e);

	if (rc == -1 && (errno != EBADMSG || e.why == NULL))
		abort();
	return 0;
}
