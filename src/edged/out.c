#include "out.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A peer that takes this little cannot be watching: 500 kbit/s of video are
 * eight times as much.  Before the rate counts there is some grace.
 */
enum { LEAST_BYTES_PER_S = 8 * 1024, GRACE_S = 15 };

void
out_init(struct out *o)
{
	*o = (struct out){.file_fd = -1};
}

void
out_file(struct out *o, int file_fd, uint64_t offset, uint64_t bytes)
{
	o->file_fd = file_fd;
	o->offset = (off_t)offset;
	o->bytes = bytes;
}

bool
out_pending(const struct out *o)
{
	return o->pieces > 0 || o->bytes > 0 || o->tail.len > 0;
}

static bool
too_slow(const struct out *o)
{
	uint64_t s = (clock_mono_us() - o->begun_us) / 1000000;

	return s > GRACE_S && o->sent / s < LEAST_BYTES_PER_S;
}

/* What a send that took nothing means. */
static enum out_end
stopped(const struct out *o, ssize_t n)
{
	/* 0: the file is shorter than it was, which no file of ours becomes. */
	if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		return OUT_BROKEN;
	return too_slow(o) ? OUT_BROKEN : OUT_MORE;
}

static enum out_end
send_memory(struct out *o, int fd)
{
	/* A head waits for the file's first octets. */
	int flags = MSG_NOSIGNAL | (o->bytes > 0 ? MSG_MORE : 0);

	while (o->pieces > 0) {
		struct msghdr m = {.msg_iov = o->iov, .msg_iovlen = o->pieces};
		ssize_t n = sendmsg(fd, &m, flags);
		size_t left;

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return stopped(o, n);
		o->sent += (uint64_t)n;
		for (left = (size_t)n; o->pieces > 0 && left >= o->iov->iov_len;
		     o->pieces--)
			left -= o->iov++->iov_len;
		if (o->pieces > 0) {
			o->iov->iov_base = (char *)o->iov->iov_base + left;
			o->iov->iov_len -= left;
		}
	}
	return OUT_DONE;
}

static enum out_end
send_file(struct out *o, int fd)
{
	while (o->bytes > 0) {
		ssize_t n = sendfile(fd, o->file_fd, &o->offset, o->bytes);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return stopped(o, n);
		o->sent += (uint64_t)n;
		o->bytes -= (uint64_t)n;
	}
	return OUT_DONE;
}

static enum out_end
send_tail(struct out *o, int fd)
{
	while (o->tail.len > 0) {
		ssize_t n = send(fd, o->tail.p, o->tail.len, MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return stopped(o, n);
		o->sent += (uint64_t)n;
		o->tail.p += n;
		o->tail.len -= (size_t)n;
	}
	return OUT_DONE;
}

enum out_end
out_send(struct out *o, int fd)
{
	enum out_end end;

	if (o->begun_us == 0)
		o->begun_us = clock_mono_us();
	if ((end = send_memory(o, fd)) == OUT_DONE &&
	    (end = send_file(o, fd)) == OUT_DONE)
		end = send_tail(o, fd);
	return end;
}

/*
 * The octets of O's pieces, behind one iovec that tells of them; those of a
 * body are not copied but held, for it may have megabytes.
 */
static int
copy_pieces(struct out *kept, const struct out *o)
{
	size_t shared = o->body != NULL ? o->body->pieces : 0, len = 0, own;
	char *at;

	if (shared > o->pieces)
		shared = o->pieces;
	own = o->pieces - shared;
	for (size_t i = 0; i < own; i++)
		len += o->iov[i].iov_len;
	kept->kept = malloc((shared + 1) * sizeof(*kept->iov) + len);
	if (kept->kept == NULL)
		return -1;
	kept->iov = kept->kept;
	at = (char *)(kept->iov + shared + 1);
	*kept->iov = (struct iovec){at, len};
	kept->pieces = 1 + shared;
	for (size_t i = 0; i < own; i++) {
		memcpy(at, o->iov[i].iov_base, o->iov[i].iov_len);
		at += o->iov[i].iov_len;
	}
	if (shared > 0) {
		memcpy(kept->iov + 1, o->iov + own, shared * sizeof(*o->iov));
		kept->kept_body = body_hold(o->body);
	}
	return 0;
}

int
out_keep(struct out *kept, const struct out *o)
{
	*kept = *o;
	kept->kept = NULL;
	kept->kept_body = NULL;
	if (o->bytes > 0) {
		kept->file_fd = fcntl(o->file_fd, F_DUPFD_CLOEXEC, 3);
		if (kept->file_fd == -1)
			goto forget;
		kept->kept_file = true;
	}
	if (o->pieces > 0 && copy_pieces(kept, o) == -1)
		goto forget;
	return 0;

forget:
	out_fini(kept);
	return -1;
}

void
out_fini(struct out *o)
{
	free(o->kept);
	body_drop(&o->kept_body);
	if (o->kept_file)
		(void)close(o->file_fd);
	out_init(o);
}
