#include "sandbox.h"
#include "err.h"
#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	/* Every right that Landlock's first version knows. */
	FILES_ALL = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	FILES_OURS =
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR,
	FILES_LIBRARY = LANDLOCK_ACCESS_FS_READ_FILE |
			LANDLOCK_ACCESS_FS_READ_DIR |
			LANDLOCK_ACCESS_FS_EXECUTE,
	FILES_DEVICE = LANDLOCK_ACCESS_FS_READ_FILE |
		       LANDLOCK_ACCESS_FS_WRITE_FILE |
		       LANDLOCK_ACCESS_FS_READ_DIR
};

static int
allow_below(int set, int folder, unsigned rights)
{
	const struct landlock_path_beneath_attr below = {
	    .allowed_access = rights, .parent_fd = folder};

	return (int)syscall(
	    SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
}

/* What drivers of hardware need; a folder that is not there is no matter. */
static int
allow_devices(int set)
{
	static const struct {
		const char *path;
		unsigned rights;
	} at[] = {{"/dev", FILES_DEVICE}, {"/usr", FILES_LIBRARY},
	    {"/lib", FILES_LIBRARY}, {"/etc", FILES_LIBRARY},
	    {"/sys", FILES_LIBRARY}, {"/proc/driver", FILES_LIBRARY}};
	int rc = 0;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]) && rc == 0; i++) {
		int fd = open(at[i].path, O_PATH | O_CLOEXEC);

		if (fd == -1)
			continue;
		rc = allow_below(set, fd, at[i].rights);
		(void)close(fd);
	}
	return rc;
}

/* 1 when only what S says can be opened; 0 where the kernel cannot; -1. */
static int
confine_files(const struct sandbox *s)
{
	const struct landlock_ruleset_attr all = {
	    .handled_access_fs = FILES_ALL};
	int set =
	    (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	int rc = -1;

	if (set == -1)
		return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
	if ((s->folder == -1 || allow_below(set, s->folder, FILES_OURS) == 0) &&
	    (!s->devices || allow_devices(set) == 0) &&
	    syscall(SYS_landlock_restrict_self, set, 0) == 0)
		rc = 1;
	(void)close(set);
	return rc;
}

static const int always[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv),
    SCMP_SYS(writev), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(close),
    SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(lseek), SCMP_SYS(fcntl),
    SCMP_SYS(futex), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
    SCMP_SYS(getrusage), SCMP_SYS(sysinfo), SCMP_SYS(uname),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
    SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(exit), SCMP_SYS(exit_group)};

/* Of files; which ones is Landlock's. */
static const int files[] = {SCMP_SYS(openat), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(unlinkat), SCMP_SYS(mkdirat),
    SCMP_SYS(getdents64), SCMP_SYS(ftruncate), SCMP_SYS(fdatasync),
    SCMP_SYS(fsync), SCMP_SYS(pread64), SCMP_SYS(pwrite64)};

static const int threads[] = {SCMP_SYS(set_robust_list), SCMP_SYS(rseq)};

static const int devices[] = {SCMP_SYS(openat), SCMP_SYS(getdents64),
    SCMP_SYS(ioctl), SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(pread64),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(eventfd2),
    SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait)};

#define ALLOW_ALL(f, list) allow_all(f, list, sizeof(list) / sizeof(list[0]))
static int
allow_all(scmp_filter_ctx f, const int *call, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, call[i], 0);
	return rc;
}

/* CALL where argument N has exactly the bits BITS of those in MASK. */
static int
allow_bits(
    scmp_filter_ctx f, int call, unsigned n, uint64_t mask, uint64_t bits)
{
	const struct scmp_arg_cmp only =
	    SCMP_CMP64(n, SCMP_CMP_MASKED_EQ, mask, bits);

	return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, call, 1, &only);
}

static int
add_rules(scmp_filter_ctx f, const struct sandbox *s)
{
	const uint64_t word = UINT32_MAX;
	int rc = ALLOW_ALL(f, always);

	if (rc == 0 && s->folder != -1)
		rc = ALLOW_ALL(f, files);
	if (rc == 0 && s->threads) {
		rc = ALLOW_ALL(f, threads);
		if (rc == 0)
			rc = allow_bits(
			    f, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);
		/* Its flags are in memory: libc falls back on clone. */
		if (rc == 0)
			rc = seccomp_rule_add(
			    f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
		if (rc == 0)
			rc = allow_bits(
			    f, SCMP_SYS(prctl), 0, word, PR_SET_NAME);
	}
	if (rc == 0 && s->devices)
		return ALLOW_ALL(f, devices);
	/* Memory, but none that can be run. */
	if (rc == 0)
		rc = allow_bits(f, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	if (rc == 0)
		rc = allow_bits(f, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
	/* isatty(3). */
	if (rc == 0)
		rc = allow_bits(f, SCMP_SYS(ioctl), 1, word, TCGETS);
	return rc;
}

static int
confine_calls(const struct sandbox *s)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (f == NULL) {
		errno = ENOMEM;
		return -1;
	}
	rc = add_rules(f, s);
	/* The signal that a failed assert sends to itself. */
	if (rc == 0)
		rc = allow_bits(
		    f, SCMP_SYS(tgkill), 0, UINT32_MAX, (uint64_t)getpid());
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	errno = -rc;
	return rc == 0 ? 0 : -1;
}

int
sandbox_enter(const struct sandbox *s)
{
	const struct rlimit none = {0, 0};
	const struct rlimit memory = {s->memory_max_bytes, s->memory_max_bytes};
	struct sandbox able = *s;
	int landlocked;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1) {
		err_sys("give up privileges");
		return -1;
	}
	if (SANITIZED)
		return 0;
	if (s->memory_max_bytes > 0 && setrlimit(RLIMIT_DATA, &memory) == -1) {
		err_sys("give up memory");
		return -1;
	}
	if ((landlocked = confine_files(s)) == -1) {
		err_sys("give up files");
		return -1;
	}
	able.devices &= landlocked == 1;
	if (confine_calls(&able) == -1) {
		err_sys("give up system calls");
		return -1;
	}
	return 0;
}
