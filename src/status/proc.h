#ifndef STATUS_PROC_H
#define STATUS_PROC_H

#include <stdint.h>
#include <sys/types.h>

/* A daemon as the kernel sees it. */
struct proc {
	pid_t pid;             /* 0: it does not run */
	char state;            /* as proc(5) has it: R, S, D, T, Z ... */
	uint64_t up_us;        /* since it was started */
	uint64_t cpu_us;       /* spent in user and system mode */
	uint64_t memory_bytes; /* resident */
};

/*
 * Look at the process that holds $WEIR_RUN/<NAME>.lock.  0, also when there
 * is none, or -1 with errno when that cannot be told.
 */
int proc_look(const char *name, struct proc *p);

/*
 * The same from the text of /proc/<pid>/stat: the numbers but pid.  HZ is
 * the kernel's clock ticks a second, BOOT_US the time since boot, PAGE the
 * size of a page in bytes.  0, or -1 with errno EBADMSG.
 */
int proc_parse(const char *stat, uint64_t hz, uint64_t boot_us, uint64_t page,
    struct proc *p);

#endif
