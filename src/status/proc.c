#include "proc.h"
#include "buf.h"
#include "conf.h"
#include "file.h"
#include "num.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_STAT = 4096,
	/* Fields of proc(5), counted from 1; the second is in brackets. */
	STAT_STATE = 3,
	STAT_UTIME = 14,
	STAT_STIME = 15,
	STAT_STARTTIME = 22,
	STAT_RSS = 24
};

/* The I-th field of the text behind the second one. */
static struct str
field(const char *rest, int i)
{
	for (int at = STAT_STATE; at < i; at++) {
		rest += strcspn(rest, " \n");
		rest += *rest == ' ';
	}
	return (struct str){rest, strcspn(rest, " \n")};
}

static int
number(const char *rest, int i, uint64_t *out)
{
	char text[32];

	if (str_copy(text, sizeof(text), field(rest, i)) == -1)
		return -1;
	return num_parse(text, 0, UINT64_MAX, out);
}

int
proc_parse(const char *stat, uint64_t hz, uint64_t boot_us, uint64_t page,
    struct proc *p)
{
	/* The name in the brackets may itself hold brackets and blanks. */
	const char *rest = strrchr(stat, ')');
	uint64_t user, sys, start, rss, start_us, cpu_us, memory;

	if (rest == NULL || rest[1] != ' ' ||
	    field(rest + 2, STAT_STATE).len != 1)
		goto bad;
	rest += 2;
	if (number(rest, STAT_UTIME, &user) == -1 ||
	    number(rest, STAT_STIME, &sys) == -1 ||
	    number(rest, STAT_STARTTIME, &start) == -1 ||
	    number(rest, STAT_RSS, &rss) == -1)
		goto bad;
	if (__builtin_mul_overflow(start, 1000000 / hz, &start_us) ||
	    __builtin_add_overflow(user, sys, &cpu_us) ||
	    __builtin_mul_overflow(cpu_us, 1000000 / hz, &cpu_us) ||
	    __builtin_mul_overflow(rss, page, &memory))
		goto bad;
	p->state = *rest;
	p->cpu_us = cpu_us;
	p->memory_bytes = memory;
	/* Ticks are rounded, so a new process may seem to come from later. */
	p->up_us = boot_us > start_us ? boot_us - start_us : 0;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

static int
read_stat(pid_t pid, struct proc *p)
{
	struct timespec boot;
	char path[64];
	struct buf b;
	int fd, rc = -1, saved;

	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	buf_init(&b, MAX_STAT);
	if (clock_gettime(CLOCK_BOOTTIME, &boot) == 0 &&
	    file_read(fd, &b) == 0 && buf_put(&b, "", 1) == 0)
		rc = proc_parse((const char *)b.p,
		    (uint64_t)sysconf(_SC_CLK_TCK),
		    (uint64_t)boot.tv_sec * 1000000 +
			(uint64_t)boot.tv_nsec / 1000,
		    (uint64_t)sysconf(_SC_PAGESIZE), p);
	saved = errno;
	buf_fini(&b);
	(void)close(fd);
	errno = saved;
	return rc;
}

int
proc_look(const char *name, struct proc *p)
{
	char file[64], path[PATH_MAX];

	*p = (struct proc){0};
	(void)snprintf(file, sizeof(file), "%.50s.lock", name);
	if (conf_path(path, CONF_RUN, file) == -1)
		return -1;
	/* A missing file is a daemon that never ran; one we may not open is
	 * an answer we do not have. */
	if (access(path, R_OK) == -1)
		return errno == ENOENT ? 0 : -1;
	if ((p->pid = file_lock_holder(path)) == 0)
		return 0;
	if (read_stat(p->pid, p) == 0)
		return 0;
	/* It ended in between. */
	*p = (struct proc){0};
	return errno == ENOENT || errno == ESRCH ? 0 : -1;
}
