#include "reply.h"
#include "tap.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char got[8192];

/* What the peer of X reads when R is sent to a request with HEAD. */
static const char *
sent(struct exchange *x, const struct head *head, const struct reply *r)
{
	int pair[2];
	ssize_t n;

	got[0] = '\0';
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return got;
	*x = (struct exchange){.fd = pair[0], .head = head, .keep = true};
	reply_send(x, r);
	(void)close(pair[0]);
	n = recv(pair[1], got, sizeof(got) - 1, MSG_WAITALL);
	got[n > 0 ? n : 0] = '\0';
	(void)close(pair[1]);
	return got;
}

static bool
has(const char *part)
{
	return strstr(got, part) != NULL;
}

static void
dates(void)
{
	char date[REPLY_DATE_SIZE];

	reply_date(784111777, date);
	OK(strcmp(date, "Sun, 06 Nov 1994 08:49:37 GMT") == 0);
	reply_date(UINT64_MAX / 4, date);
	OK(strlen(date) < REPLY_DATE_SIZE);
}

static void
tags(void)
{
	OK(reply_etag_matches(STR("\"a\""), "\"a\""));
	OK(reply_etag_matches(STR("W/\"a\""), "\"a\""));
	OK(reply_etag_matches(STR("\"b\", \"a\""), "\"a\""));
	OK(reply_etag_matches(STR("\"b\" ,W/\"a\""), "\"a\""));
	OK(reply_etag_matches(STR("*"), "\"a\""));
	OK(!reply_etag_matches(STR("\"ab\""), "\"a\""));
	OK(!reply_etag_matches(STR("a"), "\"a\""));
	OK(!reply_etag_matches(STR("W/"), "\"a\""));
	OK(!reply_etag_matches(STR(", ,"), "\"a\""));
}

static void
heads(void)
{
	struct head head = {.method = METHOD_GET};
	struct reply r = {.status = 200,
	    .type = "text/plain",
	    .caching = "no-store",
	    .etag = "\"t\"",
	    .body = STR("hello")};
	struct exchange x;

	OK(strncmp(sent(&x, &head, &r), "HTTP/1.1 200 OK\r\nDate: ", 23) == 0);
	OK(has("\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n") &&
	    has("\r\n\r\nhello") && !has("Connection:"));
	OK(x.status == 200 && !x.cut && x.sent_bytes == strlen(got));
	head.method = METHOD_HEAD;
	(void)sent(&x, &head, &r);
	OK(has("Content-Length: 5\r\n") && !has("hello"));
	head.http_1_0 = true;
	(void)sent(&x, &head, &r);
	OK(has("\r\nConnection: keep-alive\r\n"));
	head = (struct head){
	    .method = METHOD_GET, .if_none_match = STR("\"x\",\"t\"")};
	OK(strncmp(sent(&x, &head, &r), "HTTP/1.1 304 Not Modified", 25) == 0);
	OK(!has("Content-Length") && !has("hello") && has("ETag: \"t\"\r\n"));
	head.if_none_match = STR("\"x\"");
	(void)sent(&x, &head, &r);
	OK(x.status == 200 && has("hello"));
	/* The tag goes before the date. */
	r.modified_s = 784111777;
	head.if_modified_since = STR("Sun, 06 Nov 1994 08:49:37 GMT");
	(void)sent(&x, &head, &r);
	OK(x.status == 200);
	head.if_none_match = STR("");
	(void)sent(&x, &head, &r);
	OK(x.status == 304);
}

static void
a_peer_that_left(void)
{
	struct exchange x = {.keep = true};
	struct reply r = {.status = 200, .body = STR("hello")};
	int pair[2];

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	(void)close(pair[1]);
	x.fd = pair[0];
	reply_send(&x, &r);
	OK(x.cut && !x.keep);
	(void)close(pair[0]);
}

int
main(void)
{
	dates();
	tags();
	heads();
	a_peer_that_left();
	return tap_done();
}
