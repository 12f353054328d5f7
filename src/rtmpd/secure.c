#include "secure.h"
#include "conf.h"
#include "err.h"
#include "file.h"

#include <stdio.h>
#include <unistd.h>

/*
 * The path that the setting KEY says, else that of the systemd credential
 * NAME.  0, or -1 after reporting.
 */
static int
find_secret(char dst[PATH_MAX], const char *key, const char *name)
{
	const char *path = conf_text(key, "");
	const char *dir = conf_text("CREDENTIALS_DIRECTORY", "");
	int n;

	if (*path == '\0' && *dir == '\0') {
		err_msg("%s is not set, and WEIR_RTMPS needs it", key);
		return -1;
	}
	n = *path != '\0' ? snprintf(dst, PATH_MAX, "%s", path)
			  : snprintf(dst, PATH_MAX, "%s/%s", dir, name);
	if (n > 0 && n < PATH_MAX)
		return 0;
	err_msg("%s is too long", key);
	return -1;
}

/* Tell others where SERVER listens.  0, or -1 after reporting. */
static int
write_address(const struct secure *s, const struct server *server)
{
	char line[256];
	int n =
	    snprintf(line, sizeof(line), "%s\n", server_secure_address(server));

	if (file_replace(s->address_file, line, (size_t)n, false) == -1) {
		err_sys("write %s", s->address_file);
		return -1;
	}
	err_info("listening for TLS address=%s", server_secure_address(server));
	return 0;
}

int
secure_open(struct secure *s, struct server *server,
    struct tls_figures *figures, int *code)
{
	struct conf_address address;
	bool permanent = true;

	s->tls = NULL;
	if (*conf_text("WEIR_RTMPS", "") == '\0')
		return 0;
	if (conf_path(s->address_file, CONF_RUN, "rtmps.addr") == -1) {
		err_sys("find the directories");
		return -1;
	}
	if (conf_address("WEIR_RTMPS", "", &address) == -1 ||
	    find_secret(s->cert, "WEIR_RTMPS_CERT", "rtmps.crt") == -1 ||
	    find_secret(s->key, "WEIR_RTMPS_KEY", "rtmps.key") == -1 ||
	    (s->tls = tls_open(s->cert, s->key, figures)) == NULL ||
	    server_open_secure(server, &address, s->tls, &permanent) == -1) {
		if (permanent)
			*code = EXIT_PERM;
		return -1;
	}
	return write_address(s, server);
}

void
secure_stop(struct secure *s)
{
	if (s->tls != NULL)
		(void)unlink(s->address_file);
}

void
secure_close(struct secure *s)
{
	tls_close(s->tls);
	s->tls = NULL;
}

void
secure_reload(struct secure *s)
{
	if (s->tls != NULL)
		(void)tls_reload(s->tls);
}
