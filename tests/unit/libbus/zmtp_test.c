#include "link.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MAX_BYTES = 100000 };

/* A greeting as RFC 23 shows it, and the READY of a DEALER of libzmq. */
static const char greeting[64] = "\377\0\0\0\0\0\0\0\1\177\3\1NULL";
#define READY "\4\51\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0"

static struct str
bytes(const char *p, size_t len)
{
	return (struct str){p, len};
}
#define BYTES(s) bytes(s, sizeof(s) - 1)

/* Bytes that must end a connection that is GREETED, and READY or not. */
static const struct {
	bool greeted, ready;
	size_t len;
	char said[64];
} bad[] = {
    {false, false, 16, "GET / HTTP/1.1\r\n"},
    {false, false, 64, "\377\0\0\0\0\0\0\0\1\176\3\0NULL"},
    {false, false, 64, "\377\0\0\0\0\0\0\0\1\177\2\0NULL"},
    {false, false, 64, "\377\0\0\0\0\0\0\0\1\177\3\0PLAIN"},
    {true, false, 3, "\0\1x"},          /* not ready */
    {true, false, 2, "\4\0"},           /* no name */
    {true, false, 4, "\4\2\5R"},        /* half a name */
    {true, false, 8, "\4\6\5READY"},    /* what is it? */
    {true, false, 9, "\4\7\4PING\0\0"}, /* too early */
    {true, false, 27, "\4\31\5READY\13Socket-Type\0\0\0\3PUB"},
    {true, false, 27, "\4\31\5READY\13Socket-Type\0\0\0\4PUB"},
    {true, false, 27, "\4\31\5READY\13Socket-Type\377\377\377\3PUB"},
    {true, false, 9, "\4\7\5READY\377"},
    {true, true, 43, READY}, /* twice */
    {true, true, 3, "\10\1x"},
    {true, true, 3, "\200\1x"},
    {true, true, 9, "\2\0\0\0\0\0\1\206\241"}, /* a byte too many */
    {true, true, 9, "\2\377\377\377\377\377\377\377\377"},
    {true, true, 9, "\6\0\0\0\0\0\0\20\1"},
    {true, true, 7, "\4\5\4PING"},
    {true, true, 26, "\4\30\4PING\0\0aaaaaaaaaaaaaaaaa"},
};

static void
refused(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct zmtp z = {.message_max_bytes = MAX_BYTES,
		    .greeted = bad[i].greeted,
		    .ready = bad[i].ready};
		struct str body;
		size_t size;

		OK(zmtp_next(&z, bytes(bad[i].said, bad[i].len), &size,
		       &body) == ZMTP_BAD);
	}
}

/* What A says in PIECE bytes at a time is what B hears. */
static void
spoken(size_t piece)
{
	static const size_t len[] = {0, 1, 255, 256, 70000, 3};
	struct buf said;
	struct zmtp z = {.message_max_bytes = MAX_BYTES};
	size_t at = 0, have = 0, next = 0, size, want = 1;
	char *text = malloc(MAX_BYTES);
	struct str body;

	memset(text, 'x', MAX_BYTES);
	buf_init(&said, 4 * MAX_BYTES);
	(void)buf_put(&said, greeting, sizeof(greeting));
	(void)buf_putstr(&said, BYTES(READY));
	for (size_t i = 0; i < sizeof(len) / sizeof(len[0]); i++)
		zmtp_put_message(&said, bytes(text, len[i]));
	/* In several frames; a PING; what we do not know; the last one. */
	(void)buf_putstr(&said, BYTES("\1\1a\1\0\0\1b"));
	(void)buf_putstr(&said, BYTES("\4\12\4PING\0\1ctx"));
	(void)buf_putstr(&said, BYTES("\4\11\10SOMENAME"));
	zmtp_put_message(&said, STR("end"));
	OK(!said.failed);
	for (;;) {
		enum zmtp_item item;

		while (have - at < want && have < said.len)
			have =
			    have + piece < said.len ? have + piece : said.len;
		if (have - at < want)
			break;
		item = zmtp_next(
		    &z, bytes((char *)said.p + at, have - at), &size, &body);
		if (item == ZMTP_PART) {
			want = size;
			continue;
		}
		want = 1;
		at += size;
		if (item == ZMTP_MESSAGE && next < 6)
			OK(body.len == len[next++]);
		else if (item == ZMTP_MESSAGE)
			OK(str_eqz(body, "end") && at == said.len);
		else if (item == ZMTP_PING)
			OK(str_eqz(body, "ctx"));
		else if (item == ZMTP_GREETED || item == ZMTP_READY ||
			 item == ZMTP_ODD)
			OK(next == (item == ZMTP_ODD ? 6 : 0));
		else
			OK(item == ZMTP_OTHER);
	}
	OK(at == said.len && z.ready && !z.odd);
	buf_fini(&said);
	free(text);
}

/* Take what is there; the bytes of all messages. */
static size_t
heard(struct link *l, uint8_t *room, size_t cap, bool *ready)
{
	enum zmtp_item item;
	struct str said;
	size_t n = 0;

	OK(link_receive(l, room, cap) != -1);
	while ((item = link_next(l, &said)) != ZMTP_PART) {
		*ready = *ready || item == ZMTP_READY;
		n += item == ZMTP_MESSAGE ? said.len : 0;
		if (item == ZMTP_BAD)
			return 0;
	}
	return n;
}

/* Two links talk, one of them with little room. */
static void
links(size_t cap)
{
	static const char message[50000];
	bool ready[2] = {false, false};
	size_t got = 0, said = 0;
	uint8_t room[4096];
	struct link l[2];
	int fd[2];

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	link_init(&l[0], fd[0], STR("DEALER"), MAX_BYTES, 4 * MAX_BYTES);
	link_init(&l[1], fd[1], STR("ROUTER"), MAX_BYTES, 4 * MAX_BYTES);
	while (!ready[0] || !ready[1])
		for (int i = 0; i < 2; i++) {
			OK(link_flush(&l[i]) == 1);
			OK(heard(&l[1 - i], room, cap, &ready[1 - i]) == 0);
		}
	/* Until there is no room any more, at us. */
	while (link_say(&l[0], bytes(message, sizeof(message))) == 0) {
		said += sizeof(message);
		(void)link_flush(&l[0]);
	}
	OK(said >= 7 * sizeof(message));
	while (got < said && l[1].fd != -1) {
		(void)link_flush(&l[0]);
		got += heard(&l[1], room, cap, &ready[1]);
	}
	OK(got == said && link_flush(&l[0]) == 1);
	OK(link_say(&l[0], STR("more")) == 0);
	link_fini(&l[1]);
	OK(link_flush(&l[0]) == -1 || link_receive(&l[0], room, cap) == -1);
	link_fini(&l[0]);
}

int
main(void)
{
	refused();
	spoken(1);
	spoken(7);
	spoken(65536);
	links(4096);
	links(1);
	return tap_done();
}
