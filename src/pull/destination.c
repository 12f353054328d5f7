#include "destination.h"
#include "buf.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "where.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The text of FILE, without the blanks around it, into DST of CAP bytes. */
static int
read_text(char *dst, size_t cap, const char *option, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct str s = {NULL, 0};
	struct buf b;
	int rc = -1;

	buf_init(&b, cap - 1);
	if (fd != -1 && file_read(fd, &b) == 0) {
		s = buf_str(&b);
		while (s.len > 0 && strchr(" \t\r\n", s.p[s.len - 1]) != NULL)
			s.len--;
		while (s.len > 0 && strchr(" \t\r\n", *s.p) != NULL) {
			s.p++;
			s.len--;
		}
		rc = str_copy(dst, cap, s);
	}
	if (rc == -1)
		err_sys("--%s %s", option, file);
	if (fd != -1)
		(void)close(fd);
	buf_fini(&b);
	return rc;
}

/* This host's weir-rtmpd, as it said where it listens, or as is set. */
static int
local_rtmpd(char dst[WHERE_SIZE])
{
	struct conf_address a;

	if (where_reach(dst, WHERE_SIZE, "rtmpd") == 0)
		return 0;
	if (conf_address("WEIR_RTMP", "127.0.0.1:1935", &a) == -1)
		return -1;
	(void)snprintf(dst, WHERE_SIZE,
	    strchr(a.host, ':') != NULL ? "[%s]:%s" : "%s:%s", a.host, a.port);
	return 0;
}

int
destination_read(
    char dst[DESTINATION_MAX], const char *to_file, const char *key_file)
{
	const char *setting = getenv("WEIR_KEY");
	char key[256] = "", host[WHERE_SIZE];

	*dst = '\0';
	if (to_file != NULL)
		return read_text(dst, DESTINATION_MAX, "to-file", to_file);
	if (key_file != NULL) {
		if (read_text(key, sizeof(key), "key-file", key_file) == -1)
			return -1;
	} else if (setting != NULL &&
		   str_copy(key, sizeof(key), str_from(setting)) == -1) {
		err_msg("WEIR_KEY is too long");
		return -1;
	}
	if (*key == '\0')
		return 0;
	if (!str_graphic(str_from(key))) {
		err_msg("that is no stream key");
		return -1;
	}
	if (local_rtmpd(host) == -1)
		return -1;
	(void)snprintf(dst, DESTINATION_MAX, "rtmp://%s/live/%s", host, key);
	return 0;
}
