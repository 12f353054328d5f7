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

/* What many are sent is not copied for one that reads slowly. */
static void
of_a_body(void)
{
	const struct timeval wait = {.tv_usec = 1000};
	char head[HEAD], *got = malloc(HEAD + BODY + 65536);
	struct iovec iov[1 + BODY_MAX_PIECES] = {{head, HEAD}};
	struct body *b;
	enum out_end end;
	struct out o, kept;
	struct buf own;
	size_t len = 0;
	int pair[2], turns = 0;

	buf_init(&own, BODY);
	memset(head, 'h', sizeof(head));
	for (size_t i = 0; i < BODY; i++)
		(void)buf_put(&own, "0123456789" + i % 10, 1);
	b = body_make(&own, BODY / 2, NULL, 0, 0);
	OK(b != NULL && b->pieces == 2 && b->bytes == BODY);
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	out_init(&o);
	memcpy(iov + 1, b->piece, b->pieces * sizeof(*iov));
	o.iov = iov;
	o.pieces = 1 + b->pieces;
	o.body = b;
	out_init(&kept);
	/* Nothing was sent as yet, or something of the body. */
	OK(out_keep(&kept, &o) == 0 && kept.kept_body == b);
	out_fini(&kept);
	OK(out_send(&o, pair[0]) == OUT_MORE);
	OK(out_keep(&kept, &o) == 0 && kept.kept_body == b);
	out_fini(&o);
	body_drop(&b);
	memset(iov, 0, sizeof(iov));
	do {
		len += taken(pair[1], got + len);
		end = out_send(&kept, pair[0]);
	} while (end == OUT_MORE && ++turns < 10000);
	len += taken(pair[1], got + len);
	OK(end == OUT_DONE && len == HEAD + BODY);
	OK(got[HEAD - 1] == 'h' && got[HEAD] == '0' &&
	    got[HEAD + BODY - 1] == "0123456789"[(BODY - 1) % 10]);
	out_fini(&kept);
	(void)close(pair[0]);
	(void)close(pair[1]);
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
	of_a_body();
	to_nobody();
	return tap_done();
}
