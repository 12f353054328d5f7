#include "commands.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *a, *b;
	unsigned distance;
} pairs[] = {
    {"", "", 0},
    {"", "cat", 3},
    {"cat", "", 3},
    {"cat", "cat", 0},
    {"cta", "cat", 1},
    {"at", "cat", 1},
    {"catt", "cat", 1},
    {"bat", "cat", 1},
    {"staut", "status", 2},
    {"verify", "append", 6},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijkl",
	"abcdefghijklmnopqrstuvwxyzabcdef", 0},
};

static void
put(const char *dir, const char *name, mode_t mode)
{
	char path[256];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, mode);
	OK(fd != -1);
	(void)close(fd);
}

static const char *const files[] = {"weir-cat", "weir-status", "weir-mine",
    "weir-notes", "weir-UPPER", "other"};

static void
test_found(const char *dir)
{
	char text[4096] = "", path[256];
	struct commands *c;
	FILE *f;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put(dir, files[i], i == 3 ? 0644 : 0755);
	(void)snprintf(path, sizeof(path), "%s/weir-folder", dir);
	OK(mkdir(path, 0755) == 0);
	(void)snprintf(path, sizeof(path), "/nowhere::%s:%s", dir, dir);
	c = commands_find(NULL, path);
	f = fmemopen(text, sizeof(text), "w");
	OK(c != NULL && f != NULL);
	commands_print(c, f);
	(void)fclose(f);
	OK(strstr(text, "\nTo run a platform:\n  status ") != NULL);
	OK(strstr(text, "\nTo work with the log:\n  cat ") != NULL);
	OK(strstr(text, "\nOthers found:\n  mine\n") != NULL);
	OK(strstr(text, "Daemons") == NULL);
	OK(strstr(text, "notes") == NULL && strstr(text, "folder") == NULL);
	OK(strcmp(commands_nearest(c, "sttaus"), "status") == 0);
	OK(strcmp(commands_nearest(c, "stat"), "status") == 0);
	OK(strcmp(commands_nearest(c, "cta"), "cat") == 0);
	OK(commands_nearest(c, "xyzzy") == NULL);
	OK(commands_nearest(c, "") == NULL);
	commands_close(c);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/weir-folder", dir);
	(void)rmdir(path);
}

int
main(void)
{
	char dir[] = "/tmp/commands.XXXXXX";

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		OK(commands_distance(pairs[i].a, pairs[i].b) ==
		    pairs[i].distance);
	OK(mkdtemp(dir) != NULL);
	test_found(dir);
	(void)rmdir(dir);
	commands_close(NULL);
	return tap_done();
}
