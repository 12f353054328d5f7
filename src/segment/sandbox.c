#include "sandbox.h"
#include "err.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the sanitizers' own work needs is more than this allows. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

/* Only files in and below FOLDER.  0 also where the kernel cannot. */
static int
confine_files(int folder)
{
	const struct landlock_ruleset_attr all = {
	    /* Every right that Landlock's first version knows. */
	    .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	const struct landlock_path_beneath_attr ours = {
	    .allowed_access =
		LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
		LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR,
	    .parent_fd = folder};
	int set =
	    (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	int rc = -1;

	if (set == -1)
		return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
	if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH,
		&ours, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, set, 0) == 0)
		rc = 0;
	(void)close(set);
	return rc;
}

#ifdef ARCH
#define LOAD(field)                                                            \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                     \
	    (unsigned)offsetof(struct seccomp_data, field))
#define DENY BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define IF(test, word, yes, no)                                                \
	BPF_JUMP(BPF_JMP | BPF_##test | BPF_K, (unsigned)(word), yes, no)
#define CALL(name) IF(JEQ, SYS_##name, 0, 1), ALLOW
/* Only where argument N is WORD; and only where it has no bit of WORD. */
#define CALL_WITH(name, n, word)                                               \
	IF(JEQ, SYS_##name, 0, 4), LOAD(args[n]), IF(JEQ, word, 0, 1), ALLOW,  \
	    DENY
#define CALL_WITHOUT(name, n, word)                                            \
	IF(JEQ, SYS_##name, 0, 4), LOAD(args[n]), IF(JSET, word, 0, 1), DENY,  \
	    ALLOW

static int
confine_calls(void)
{
	struct sock_filter filter[] = {LOAD(arch), IF(JEQ, ARCH, 1, 0), DENY,
	    LOAD(nr),
	    /* In the order of how often they come. */
	    CALL(ppoll), CALL(read), CALL(openat), CALL(writev),
	    CALL(fdatasync), CALL(close), CALL(renameat), CALL(write),
	    CALL(getrandom), CALL(clock_gettime), CALL(unlinkat), CALL(mkdirat),
	    CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise),
	    CALL(getdents64), CALL(lseek), CALL(fstat), CALL(newfstatat),
	    CALL(fcntl), CALL(futex), CALL(rt_sigaction), CALL(rt_sigprocmask),
	    CALL(rt_sigreturn), CALL(restart_syscall), CALL(exit_group),
	    CALL(exit), CALL(gettid), CALL(getpid), CALL(ftruncate),
	    /* Memory, but none that can be run. */
	    CALL_WITHOUT(mmap, 2, PROT_EXEC),
	    CALL_WITHOUT(mprotect, 2, PROT_EXEC),
	    /* isatty, and the signal that a failed assert sends to itself. */
	    CALL_WITH(ioctl, 1, TCGETS), CALL_WITH(tgkill, 0, getpid()), DENY};
	const struct sock_fprog prog = {
	    .len = sizeof(filter) / sizeof(filter[0]), .filter = filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
}
#else
static int
confine_calls(void)
{
	return 0;
}
#endif

int
sandbox_enter(int folder)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1) {
		err_sys("give up privileges");
		return -1;
	}
	if (SANITIZED)
		return 0;
	if (confine_files(folder) == -1) {
		err_sys("give up files");
		return -1;
	}
	if (confine_calls() == -1) {
		err_sys("give up system calls");
		return -1;
	}
	return 0;
}
