#include "file.h"
#include "proc.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char stat_line[] =
    "123 (a ) name) S 1 123 123 0 -1 4194560 1500 0 3 0 12 34 0 0 20 0 5 0 "
    "200 123456789 1836 18446744073709551615 1 1 0 0 0 0 0 4096 2 0 0 0 17\n";

static void
test_parse(void)
{
	struct proc p = {0};

	OK(proc_parse(stat_line, 100, 5000000, 4096, &p) == 0);
	OK(p.state == 'S');
	OK(p.up_us == 3000000);
	OK(p.cpu_us == 460000);
	OK(p.memory_bytes == 1836 * 4096);
	/* Started "after now": the clocks are not read together. */
	OK(proc_parse(stat_line, 100, 1999999, 4096, &p) == 0 && p.up_us == 0);
	OK(proc_parse("", 100, 0, 4096, &p) == -1 && errno == EBADMSG);
	OK(proc_parse("1 (x) S 1 2", 100, 0, 4096, &p) == -1);
	OK(proc_parse("1 (x)", 100, 0, 4096, &p) == -1);
	OK(proc_parse("1 (x) ", 100, 0, 4096, &p) == -1);
}

static void
test_look(const char *dir)
{
	char path[64], go;
	struct proc p;
	pid_t child, holder;
	int fds[2];

	OK(proc_look("logd", &p) == 0 && p.pid == 0);
	(void)snprintf(path, sizeof(path), "%s/logd.lock", dir);
	OK(pipe(fds) == 0);
	if ((child = fork()) == 0) {
		int fd = file_lock(path, &holder);

		(void)close(fds[0]);
		if (fd == -1 || write(fds[1], "x", 1) != 1)
			_exit(1);
		(void)pause();
		_exit(0);
	}
	OK(child > 0 && read(fds[0], &go, 1) == 1);
	OK(proc_look("logd", &p) == 0);
	OK(p.pid == child && p.memory_bytes > 0);
	OK(p.up_us < 60u * 1000 * 1000);
	(void)kill(child, SIGKILL);
	OK(waitpid(child, NULL, 0) == child);
	/* The file is left, with an old number in it. */
	OK(proc_look("logd", &p) == 0 && p.pid == 0);
	(void)unlink(path);
}

int
main(void)
{
	char dir[] = "/tmp/proc.XXXXXX";

	test_parse();
	OK(mkdtemp(dir) != NULL && setenv("WEIR_RUN", dir, 1) == 0);
	test_look(dir);
	(void)rmdir(dir);
	return tap_done();
}
