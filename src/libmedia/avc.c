#include "avc.h"

#include <errno.h>
#include <stdio.h>

int
avc_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	if (len < 7 || p[0] != 1) {
		errno = EBADMSG;
		return -1;
	}
	(void)snprintf(
	    dst, MEDIA_CODECS_SIZE, "avc1.%02x%02x%02x", p[1], p[2], p[3]);
	return 0;
}
