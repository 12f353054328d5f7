#include "environ.h"
#include "tap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool
has(char *const *env, const char *s)
{
	unsigned n = 0;

	for (; *env != NULL; env++)
		n += strcmp(*env, s) == 0;
	return n == 1;
}

static bool
names(char *const *env, const char *prefix)
{
	for (; *env != NULL; env++)
		if (strncmp(*env, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

int
main(void)
{
	const struct environ_var vars[] = {
	    {"WEIR_CHANNEL", "alice"}, {"WEIR_STATE", "/s"}, {NULL, NULL}};
	char **env;

	(void)clearenv();
	(void)setenv("PATH", "/usr/bin", 1);
	(void)setenv("HOME", "/root", 1);
	(void)setenv("WEIR_STATE", "/old", 1);
	(void)setenv("WEIR_STATE_OF", "kept", 1);
	(void)setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1);
	(void)setenv("NOTIFY_FD", "3", 1);
	(void)setenv("WATCHDOG_USEC", "1", 1);
	env = environ_make(vars, "/opt/bin");
	OK(env != NULL);
	if (env == NULL)
		return 1;
	OK(has(env, "WEIR_CHANNEL=alice") && has(env, "WEIR_STATE=/s"));
	OK(!has(env, "WEIR_STATE=/old") && has(env, "WEIR_STATE_OF=kept"));
	OK(has(env, "HOME=/root") && has(env, "PATH=/opt/bin:/usr/bin"));
	OK(!names(env, "NOTIFY") && !names(env, "WATCHDOG"));
	environ_free(env);

	(void)clearenv();
	env = environ_make(vars, "/opt/bin");
	OK(env != NULL && has(env, "PATH=/opt/bin:/usr/bin:/bin"));
	environ_free(env);
	environ_free(NULL);
	return tap_done();
}
