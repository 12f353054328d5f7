#ifndef SEGMENT_SANDBOX_H
#define SEGMENT_SANDBOX_H

/*
 * Give up what segmenting does not need, before the first byte from outside
 * is read: new privileges, core files, every path but the folder open as
 * FOLDER (Landlock, where the kernel has it), and every system call that
 * does not read standard input or write below that folder (seccomp): no
 * socket, no program, no other process.  A forbidden call fails with EPERM.
 * 0, or -1 after reporting the cause.
 */
int sandbox_enter(int folder);

#endif
