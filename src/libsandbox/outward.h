#ifndef SANDBOX_OUTWARD_H
#define SANDBOX_OUTWARD_H

#include <stddef.h>

/*
 * What a program that must reach other hosts keeps of its rights: files are
 * for reading, and none but the N at READABLE, the system's own below /etc and
 * /usr, and what finds a host's address (Landlock, where the kernel has it); no
 * other program can be run, no process looked into (seccomp).  What is open
 * stays so.  To be entered before the first byte of a stranger, by a process of
 * one thread.  0, or -1 after reporting the cause; a file that is not there is
 * no matter.
 */
int outward_enter(const char *const *readable, size_t n);

#endif
