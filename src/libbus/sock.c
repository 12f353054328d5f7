#include "sock.h"
#include "conf.h"
#include "str.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int
sock_set(zsock_t *s, int option, int value)
{
	return zmq_setsockopt(zsock_resolve(s), option, &value, sizeof(value));
}

zsock_t *
sock_open(int type, const struct sock_limits *limits)
{
	int64_t max = limits->message_max_bytes;
	zsock_t *s;

	zsys_handler_set(NULL);
	if ((s = zsock_new(type)) == NULL)
		return NULL;
	if (sock_set(s, ZMQ_LINGER, limits->linger_ms) == -1 ||
	    sock_set(s, ZMQ_SNDHWM, limits->send_max) == -1 ||
	    sock_set(s, ZMQ_RCVHWM, limits->receive_max) == -1 ||
	    zmq_setsockopt(
		zsock_resolve(s), ZMQ_MAXMSGSIZE, &max, sizeof(max)) == -1) {
		int saved = errno;

		zsock_destroy(&s);
		errno = saved;
		return NULL;
	}
	return s;
}

/* The address of FILE for the kernel and, behind "ipc://", for libzmq. */
static int
address(const char *file, struct sockaddr_un *sa, char endpoint[PATH_MAX])
{
	char path[PATH_MAX];

	*sa = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (conf_path(path, CONF_RUN, file) == -1 ||
	    str_copy(sa->sun_path, sizeof(sa->sun_path), str_from(path)) == -1)
		return -1;
	(void)snprintf(endpoint, PATH_MAX, "ipc://%s", sa->sun_path);
	return 0;
}

int
sock_connect(zsock_t *s, const char *file)
{
	enum { RETRY_MS = 20, RETRY_MAX_MS = 250 };
	char endpoint[PATH_MAX];
	struct sockaddr_un sa;

	if (address(file, &sa, endpoint) == -1 ||
	    sock_set(s, ZMQ_RECONNECT_IVL, RETRY_MS) == -1 ||
	    sock_set(s, ZMQ_RECONNECT_IVL_MAX, RETRY_MAX_MS) == -1)
		return -1;
	/* A socket that is not there yet may come; one that is not for us
	 * stays so, and libzmq would try it for ever without a word. */
	if (access(sa.sun_path, W_OK) == -1 && errno == EACCES)
		return -1;
	return zmq_connect(zsock_resolve(s), endpoint);
}

int
sock_bind(zsock_t *s, const char *file, char path[PATH_MAX])
{
	enum { BACKLOG = 1024 };
	char endpoint[PATH_MAX];
	struct sockaddr_un sa;
	struct stat st;
	int fd, saved;

	if (address(file, &sa, endpoint) == -1 ||
	    str_copy(path, PATH_MAX, str_from(sa.sun_path)) == -1)
		return -1;
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && unlink(path) == -1)
		return -1;
	/*
	 * libzmq would make the file with the umask's mode, and whether and
	 * when it unlinks it depends on its version.  Handing it a socket
	 * that is bound leaves both to us.
	 */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) == -1)
		goto err_fd;
	if (chmod(path, 0660) == -1 || listen(fd, BACKLOG) == -1 ||
	    sock_set(s, ZMQ_USE_FD, fd) == -1 ||
	    zmq_bind(zsock_resolve(s), endpoint) == -1)
		goto err_file;
	return 0;
err_file:
	saved = errno;
	(void)unlink(path);
	errno = saved;
err_fd:
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

int
sock_receive(void *raw, zmq_msg_t *frame, size_t n)
{
	size_t got = 0;
	zmq_msg_t extra;
	int more = 1;

	/* The frames of a message arrive together: only the first may wait. */
	while (more) {
		zmq_msg_t *m = got < n ? &frame[got] : &extra;

		(void)zmq_msg_init(m);
		if (zmq_msg_recv(m, raw, ZMQ_DONTWAIT) == -1) {
			(void)zmq_msg_close(m);
			break;
		}
		more = zmq_msg_more(m);
		if (m == &extra)
			(void)zmq_msg_close(m);
		got++;
	}
	if (got == n && !more)
		return 1;
	for (size_t i = 0; i < got && i < n; i++)
		(void)zmq_msg_close(&frame[i]);
	if (got == 0)
		return 0;
	errno = EBADMSG;
	return -1;
}
