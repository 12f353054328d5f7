/*
 * Preloaded into weir-transcode: a scaler that is slow, and a decoder that was
 * taken over.
 *
 * CODER_SLOW=WIDTH:MS makes each picture of at least WIDTH take MS milliseconds
 * more.  CODER_ESCAPE=1 has the decoder try to get at files, the network and
 * other processes with its first packet, and say on standard error how each
 * ended.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <zimg.h>

int avcodec_send_packet(void *c, const void *packet);

/* The function of that name that would be called without this. */
static void
next(void *function, size_t size, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	memcpy(function, &p, size);
}

static void
slow(int width)
{
	const char *text = getenv("CODER_SLOW");
	char *end;
	long least, ms;
	struct timespec ts;

	if (text == NULL)
		return;
	least = strtol(text, &end, 10);
	ms = *end == ':' ? strtol(end + 1, NULL, 10) : 0;
	ts = (struct timespec){ms / 1000, ms % 1000 * 1000000};
	if (width >= least)
		(void)nanosleep(&ts, NULL);
}

zimg_error_code_e
zimg_filter_graph_process(const zimg_filter_graph *graph,
    const zimg_image_buffer_const *src, const zimg_image_buffer *dst,
    void *scratch, zimg_filter_graph_callback unpack, void *unpack_user,
    zimg_filter_graph_callback pack, void *pack_user)
{
	zimg_error_code_e (*real)(const zimg_filter_graph *,
	    const zimg_image_buffer_const *, const zimg_image_buffer *, void *,
	    zimg_filter_graph_callback, void *, zimg_filter_graph_callback,
	    void *);

	next(&real, sizeof(real), "zimg_filter_graph_process");
	slow((int)dst->plane[0].stride);
	return real(
	    graph, src, dst, scratch, unpack, unpack_user, pack, pack_user);
}

static void
report(const char *what, long rc)
{
	int error = errno;

	dprintf(STDERR_FILENO, "%s %s\n", what,
	    rc != -1          ? "ESCAPED"
	    : error == EPERM  ? "EPERM"
	    : error == EACCES ? "EACCES"
			      : strerror(error));
}

static void
escape(void)
{
	char *const argv[] = {(char[]){"/bin/sh"}, NULL};
	void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	report("read", open("/etc/passwd", O_RDONLY));
	report("write", open("/tmp/escaped", O_WRONLY | O_CREAT, 0600));
	report("socket", socket(AF_INET, SOCK_STREAM, 0));
	report("unix", socket(AF_UNIX, SOCK_STREAM, 0));
	report("ptrace", ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	report("kill", kill(getppid(), 0));
	report("fork", fork());
	report("clone", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	report("exec", execv(argv[0], argv));
	report("code", code == MAP_FAILED ? -1 : 0);
}

int
avcodec_send_packet(void *c, const void *packet)
{
	static atomic_flag done = ATOMIC_FLAG_INIT;
	int (*real)(void *, const void *);

	next(&real, sizeof(real), "avcodec_send_packet");
	if (getenv("CODER_ESCAPE") != NULL && !atomic_flag_test_and_set(&done))
		escape();
	return real(c, packet);
}
