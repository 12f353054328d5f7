#include "commands.h"
#include "conf.h"
#include "conffile.h"
#include "err.h"
#include "str.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder that this program lies in; "" when /proc does not tell. */
static void
own_folder(char dst[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", dst, PATH_MAX - 1);
	char *slash;

	dst[n > 0 ? n : 0] = '\0';
	if ((slash = strrchr(dst, '/')) != NULL)
		*slash = '\0';
}

static int
list(const char *dir)
{
	struct commands *c = commands_find(dir, getenv("PATH"));
	int bad;

	if (c == NULL) {
		err_sys("list the commands");
		return EXIT_TEMP;
	}
	printf("usage: weir COMMAND [ARG...]\n"
	       "       weir help COMMAND\n"
	       "A video platform of your own, live and on demand.\n");
	commands_print(c, stdout);
	printf("\nSettings are WEIR_* in the environment, or in the file that\n"
	       "WEIR_CONF names.  weir help COMMAND tells more.\n");
	commands_close(c);
	bad = ferror(stdout);
	if (fclose(stdout) == EOF || bad) {
		err_sys("write to stdout");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}

static int
unknown(const char *dir, const char *name)
{
	struct commands *c = commands_find(dir, getenv("PATH"));
	const char *nearest = c != NULL ? commands_nearest(c, name) : NULL;

	if (nearest != NULL)
		err_msg(
		    "there is no command %s; did you mean %s?", name, nearest);
	else
		err_msg("there is no command %s; weir -h lists them", name);
	commands_close(c);
	return EXIT_PERM;
}

/* The settings file, when there is one; asked for by name, it must be. */
static int
load_settings(void)
{
	char path[PATH_MAX];

	if (conf_path(path, CONF_FILE, "") == -1) {
		err_sys("WEIR_CONF");
		return -1;
	}
	if (conf_text("WEIR_CONF", NULL) == NULL && access(path, F_OK) == -1 &&
	    errno == ENOENT)
		return 0;
	return conffile_load(path);
}

int
main(int argc, char *argv[])
{
	char dir[PATH_MAX], program[PATH_MAX], file[COMMANDS_MAX_NAME + 8];
	char help[] = "-h";
	bool ask = argc > 1 && strcmp(argv[1], "help") == 0;
	const char *name = argc > 1 + ask ? argv[1 + ask] : NULL;
	char *help_argv[] = {file, help, NULL};
	char **args = ask ? help_argv : argv + 1;

	err_setprog("weir");
	own_folder(dir);
	if (name == NULL || strcmp(name, "-h") == 0 ||
	    strcmp(name, "--help") == 0)
		return list(dir);
	if (strcmp(name, "--version") == 0) {
		printf("weir %s\n", WEIR_VERSION);
		return fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
	}
	if (!str_slug(str_from(name), COMMANDS_MAX_NAME))
		return unknown(dir, name);
	if (load_settings() == -1)
		return EXIT_PERM;
	(void)snprintf(file, sizeof(file), "weir-%s", name);
	args[0] = file;
	if ((size_t)snprintf(program, sizeof(program), "%s/%s", dir, file) >=
	    sizeof(program)) {
		errno = ENAMETOOLONG;
		err_sys("%s", file);
		return EXIT_PERM;
	}
	(void)execv(program, args);
	if (errno == ENOENT)
		(void)execvp(file, args);
	if (errno == ENOENT)
		return unknown(dir, name);
	err_sys("run %s", file);
	return EXIT_TEMP;
}
