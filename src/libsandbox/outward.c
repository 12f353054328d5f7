#include "outward.h"
#include "err.h"
#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	/* Every right that Landlock's first version knows. */
	RIGHTS_ALL = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	RIGHTS_FILE = LANDLOCK_ACCESS_FS_READ_FILE,
	RIGHTS_FOLDER =
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR
};

static int
allow(int set, const char *path)
{
	struct landlock_path_beneath_attr below = {
	    .parent_fd = open(path, O_PATH | O_CLOEXEC)};
	struct stat st;
	int rc = 0;

	if (below.parent_fd == -1)
		return 0;
	if (fstat(below.parent_fd, &st) == 0) {
		below.allowed_access =
		    S_ISDIR(st.st_mode) ? RIGHTS_FOLDER : RIGHTS_FILE;
		rc = (int)syscall(SYS_landlock_add_rule, set,
		    LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	}
	(void)close(below.parent_fd);
	return rc;
}

static int
confine_files(const char *const *readable, size_t n)
{
	/* Certificates, hosts and resolvers, libraries that are loaded late. */
	static const char *const system[] = {"/etc", "/usr", "/lib", "/lib64",
	    "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
	    "/proc", "/sys/devices/system/cpu", "/dev/null", "/dev/random",
	    "/dev/urandom"};
	const struct landlock_ruleset_attr all = {
	    .handled_access_fs = RIGHTS_ALL};
	int set =
	    (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	int rc = 0;

	if (set == -1)
		return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
	for (size_t i = 0; i < sizeof(system) / sizeof(*system); i++)
		rc = rc == 0 ? allow(set, system[i]) : rc;
	for (size_t i = 0; i < n; i++)
		rc = rc == 0 ? allow(set, readable[i]) : rc;
	if (rc == 0)
		rc = (int)syscall(SYS_landlock_restrict_self, set, 0);
	(void)close(set);
	return rc;
}

static int
confine_calls(void)
{
	static const int denied[] = {SCMP_SYS(execve), SCMP_SYS(execveat),
	    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	    SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd), SCMP_SYS(mount),
	    SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
	    SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf),
	    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
	    SCMP_SYS(io_uring_setup), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	    SCMP_SYS(request_key), SCMP_SYS(open_by_handle_at),
	    SCMP_SYS(init_module), SCMP_SYS(finit_module),
	    SCMP_SYS(kexec_load)};
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int rc = f != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(denied) / sizeof(*denied) && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), denied[i], 0);
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	if (rc == 0)
		return 0;
	errno = -rc;
	return -1;
}

int
outward_enter(const char *const *readable, size_t n)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1) {
		err_sys("give up privileges");
		return -1;
	}
	if (SANITIZED)
		return 0;
	if (confine_files(readable, n) == -1) {
		err_sys("give up files");
		return -1;
	}
	if (confine_calls() == -1) {
		err_sys("give up system calls");
		return -1;
	}
	return 0;
}
