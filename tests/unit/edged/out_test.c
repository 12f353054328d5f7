#include "out.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD = 100, BODY = 3 << 20 };

static size_t
taken(int fd, char *into)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, into + len, 65536, MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	return len;
}

/* A peer that reads now and then gets it all, from memory or a file. */
static void
slowly(bool of_file)
{
	const struct timeval wait = {.tv_usec = 1000};
	char head[HEAD], *body = malloc(BODY),
			 *got = malloc(HEAD + BODY + 65536);
	char path[] = "/tmp/out_test.XXXXXX";
	int pair[2], file = mkstemp(path);
	enum out_end end;
	struct iovec iov[] = {{head, HEAD}, {body, BODY}};
	struct out o, kept;
	size_t len = 0;
	int turns = 0;

	(void)unlink(path);
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	memset(head, 'h', sizeof(head));
	for (size_t i = 0; i < BODY; i++)
		body[i] = (char)(i * 7 + i / 251);
	OK(write(file, body, BODY) == BODY);
	out_init(&o);
	OK(!out_pending(&o));
	o.iov = iov;
	o.pieces = of_file ? 1 : 2;
	if (of_file)
		out_file(&o, file, 0, BODY);
	o.tail = STR("tail");
	OK(out_send(&o, pair[0]) == OUT_MORE);
	out_init(&kept);
	OK(out_pending(&o) && out_keep(&kept, &o) == 0);
	out_fini(&o);
	/* What was borrowed may go now. */
	memset(head, 'x', sizeof(head));
	(void)close(file);
	if (!of_file)
		memset(body, 'x', BODY);
	do {
		len += taken(pair[1], got + len);
		end = out_send(&kept, pair[0]);
	} while (end == OUT_MORE && ++turns < 10000);
	len += taken(pair[1], got + len);
	OK(end == OUT_DONE && !out_pending(&kept));
	OK(len == HEAD + BODY + 4 && kept.sent == len);
	OK(memcmp(got + HEAD + BODY, "tail", 4) == 0);
	OK(got[0] == 'h' && got[HEAD - 1] == 'h');
	for (size_t i = 0; i < BODY; i++)
		if (got[HEAD + i] != (char)(i * 7 + i / 251)) {
			OK(false);
			break;
		}
	out_fini(&kept);
	(void)close(pair[0]);
	(void)close(pair[1]);
	free(body);
	free(got);
}

static void
to_nobody(void)
{
	char byte = 'a';
	struct iovec iov = {&byte, 1};
	int pair[2];
	struct out o;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	(void)close(pair[1]);
	out_init(&o);
	o.iov = &iov;
	o.pieces = 1;
	OK(out_send(&o, pair[0]) == OUT_BROKEN);
	out_fini(&o);
	(void)close(pair[0]);
}

int
main(void)
{
	slowly(false);
	slowly(true);
	to_nobody();
	return tap_done();
}
