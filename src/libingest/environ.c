#include "environ.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* True when the environment's string S is of the variable NAME. */
static bool
is(const char *s, const char *name)
{
	size_t n = strlen(name);

	return strncmp(s, name, n) == 0 && s[n] == '=';
}

/* Set by systemd (systemd.exec(5)) and weir-up for one process only. */
static bool
is_private(const char *s)
{
	static const char *const names[] = {"NOTIFY_SOCKET", "NOTIFY_FD",
	    "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS",
	    "LISTEN_FDNAMES", "MAINPID"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is(s, names[i]))
			return true;
	return false;
}

static bool
is_replaced(const char *s, const struct environ_var *vars)
{
	for (; vars->name != NULL; vars++)
		if (is(s, vars->name))
			return true;
	return is(s, "PATH");
}

char **
environ_make(const struct environ_var *vars, const char *bin_dir)
{
	const char *path = getenv("PATH");
	size_t n = 0, k = 0;
	char **env;

	while (environ != NULL && environ[n] != NULL)
		n++;
	for (const struct environ_var *v = vars; v->name != NULL; v++)
		n++;
	if ((env = calloc(n + 2, sizeof(*env))) == NULL)
		return NULL;
	for (char **s = environ; s != NULL && *s != NULL; s++)
		if (!is_private(*s) && !is_replaced(*s, vars) &&
		    (env[k++] = strdup(*s)) == NULL)
			goto free_env;
	for (; vars->name != NULL; vars++, k++)
		if (asprintf(&env[k], "%s=%s", vars->name, vars->value) == -1)
			goto lost_string;
	if (asprintf(&env[k], "PATH=%s:%s", bin_dir,
		path != NULL ? path : "/usr/bin:/bin") == -1)
		goto lost_string;
	return env;
lost_string:
	env[k] = NULL; /* asprintf(3) leaves it undefined */
free_env:
	environ_free(env);
	return NULL;
}

void
environ_free(char **env)
{
	if (env == NULL)
		return;
	for (char **s = env; *s != NULL; s++)
		free(*s);
	free(env);
}
