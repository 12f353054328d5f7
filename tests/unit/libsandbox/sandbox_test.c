/* What code that was taken over tries, and how far it comes. */
#include "sandbox.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The sandbox is not there under sanitizers, which could not live in it. */
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

struct probe {
	const struct sandbox *sandbox;
	int folder;
	const char *inside; /* a file in the folder, relative to it */
};

/* Without Landlock a folder is no limit: the kernel says what it has. */
static bool
landlocked(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		   LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static bool
refused(long rc)
{
	return rc == -1 && (errno == EPERM || errno == EACCES);
}

static bool
try_open(const struct probe *p)
{
	if (p->sandbox->folder != -1 && !landlocked())
		return true;
	return refused(open("/etc/passwd", O_RDONLY)) &&
	       refused(open("/tmp/escaped", O_WRONLY | O_CREAT, 0600)) &&
	       refused(open("/proc/self/mem", O_RDWR));
}

static bool
try_connect(const struct probe *p)
{
	(void)p;
	return refused(socket(AF_INET, SOCK_STREAM, 0)) &&
	       refused(socket(AF_UNIX, SOCK_STREAM, 0)) &&
	       refused(socket(AF_NETLINK, SOCK_RAW, 0));
}

static bool
try_ptrace(const struct probe *p)
{
	(void)p;
	return refused(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL)) &&
	       refused(kill(getppid(), 0)) &&
	       refused(syscall(SYS_process_vm_readv, getppid(), 0, 0, 0, 0, 0));
}

static bool
try_exec(const struct probe *p)
{
	char *const argv[] = {(char[]){"/bin/sh"}, NULL};

	(void)p;
	return refused(execv(argv[0], argv)) &&
	       refused(syscall(SYS_execveat, -1, "/bin/sh", argv, NULL, 0)) &&
	       refused(syscall(SYS_memfd_create, "code", 0));
}

static bool
try_fork(const struct probe *p)
{
	(void)p;
	/* libc's own goes through clone; the bare call is another. */
	return refused(fork()) &&
	       refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) &&
#ifdef SYS_fork
	       refused(syscall(SYS_fork)) && refused(syscall(SYS_vfork)) &&
#endif
	       refused(unshare(CLONE_NEWUSER));
}

static bool
try_code(const struct probe *p)
{
	void *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)p;
	return m != MAP_FAILED && refused(mprotect(m, 4096, PROT_EXEC)) &&
	       mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

struct thread {
	const struct probe *probe;
	bool held;
};

static void *
in_thread(void *arg)
{
	struct thread *t = arg;

	t->held =
	    try_open(t->probe) && try_connect(t->probe) && try_fork(t->probe);
	return NULL;
}

static bool
try_threads(const struct probe *p)
{
	pthread_t t;
	struct thread inner = {.probe = p};
	int rc = pthread_create(&t, NULL, in_thread, &inner);

	if (!p->sandbox->threads)
		return rc == EPERM;
	return rc == 0 && pthread_join(t, NULL) == 0 && inner.held;
}

static bool
try_memory(const struct probe *p)
{
	uint64_t limit = p->sandbox->memory_max_bytes;

	if (limit == 0)
		return true;
	return mmap(NULL, limit + 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED &&
	       errno == ENOMEM;
}

static bool
try_inside(const struct probe *p)
{
	int fd = openat(p->folder, p->inside, O_RDWR | O_CREAT, 0600);

	if (p->sandbox->folder == -1)
		return refused(fd);
	return fd != -1 && write(fd, "x", 1) == 1 && fdatasync(fd) == 0 &&
	       unlinkat(p->folder, p->inside, 0) == 0;
}

/* TRY in a process of its own, in the sandbox. */
static bool
holds(bool (*try)(const struct probe *), const struct probe *p)
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	if ((pid = fork()) == 0)
		_exit(sandbox_enter(p->sandbox) == 0 && try(p) ? 0 : 1);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static void
check(const struct probe *p)
{
	OK(holds(try_open, p));
	OK(holds(try_connect, p));
	OK(holds(try_ptrace, p));
	OK(holds(try_exec, p));
	OK(holds(try_fork, p));
	OK(holds(try_code, p));
	OK(holds(try_threads, p));
	OK(holds(try_memory, p));
	OK(holds(try_inside, p));
}

int
main(void)
{
	char dir[] = "/tmp/sandbox.XXXXXX";
	struct sandbox filter = {
	    .folder = -1, .threads = true, .memory_max_bytes = 1 << 28};
	struct sandbox keeper = {0};
	struct probe p = {.sandbox = &filter, .inside = "ours"};

	if (SANITIZED) {
		printf("1..0 # SKIP sanitizers need more than it allows\n");
		return 0;
	}
	if (mkdtemp(dir) == NULL ||
	    (p.folder = open(dir, O_RDONLY | O_DIRECTORY)) == -1)
		return 1;
	check(&p);
	keeper.folder = p.folder;
	p.sandbox = &keeper;
	check(&p);
	(void)close(p.folder);
	(void)rmdir(dir);
	return tap_done();
}
