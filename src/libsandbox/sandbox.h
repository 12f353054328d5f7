#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a program that reads the bytes of strangers keeps of its rights.  To
 * be entered before the first of these bytes, and by a process of one thread:
 * threads that are begun later are in it as well.
 */
struct sandbox {
	/*
	 * A folder, open: files and folders in it and below may be read, made,
	 * written and removed.  -1: no file at all can be opened.
	 */
	int folder;
	bool threads; /* further threads may be begun */
	/*
	 * Encoders that are hardware: /dev is open for ioctl(2), and the
	 * system's libraries, which their drivers load, for reading and
	 * running.  Only where the kernel has Landlock; nowhere else can
	 * they be opened from inside.
	 */
	bool devices;
	uint64_t memory_max_bytes; /* private and writable; 0: no limit */
};

/*
 * Give up everything else for good: new privileges, core files, every other
 * path (Landlock, where the kernel has it), and every system call that is
 * not needed to read and write what is open, to wait and to have memory
 * (seccomp): no socket, no program, no other process, no memory that can be
 * run.  What is forbidden fails with EPERM, what Landlock forbids with EACCES.
 * 0, or -1 after reporting the cause.
 */
int sandbox_enter(const struct sandbox *s);

#endif
