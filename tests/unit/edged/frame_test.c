#include "frame.h"
#include "tap.h"

#include <string.h>

static struct frame frame;
static unsigned status;
static char head[1024]; /* as it is handed on, after frame.skip octets */

/* The status with which TEXT is refused, 0: it is not. */
static unsigned
refusal(const char *text)
{
	const char *why = NULL;
	size_t len = frame_end(str_from(text), 0);

	memset(head, 0, sizeof(head));
	memcpy(head, text, len);
	status = 0;
	if (frame_read(head, len, &frame, &status, &why) == 0)
		return 0;
	return why != NULL && why[0] != '\0' ? status : 1;
}

/* Whether civetweb is handed WHAT at the head's start. */
static bool
handed_on(const char *what)
{
	return strncmp(head + frame.skip, what, strlen(what)) == 0;
}

static void
ends(void)
{
	static const char whole[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore";
	size_t len = sizeof(whole) - 5;

	OK(frame_end(str_from(whole), 0) == len);
	for (size_t i = 0; i < len; i++)
		OK(frame_end((struct str){whole, i}, 0) == 0);
	/* However little of it came at once. */
	for (size_t i = 0; i <= len; i++)
		OK(frame_end((struct str){whole, len}, i) == len);
	OK(frame_end(STR("GET /\n\n"), 0) == 7);
	OK(frame_end(STR("GET /\n\r\n"), 0) == 8);
	OK(frame_end(STR("GET /\r\n"), 0) == 0);
}

static void
targets(void)
{
	OK(refusal("GET /a/b?c=d?e HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
	OK(handed_on("GET /a/b?c=d?e HTTP/1.1\r\nHost: a\r\n\r\n"));
	OK(refusal("GET http://a:80/b?c HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
	OK(handed_on("GET /b?c HTTP/1.1\r\nHost: x\r\n\r\n"));
	OK(refusal("GET HTTPS://[::1]?c HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
	OK(handed_on("GET /?c HTTP/1.1\r\nHost: x\r\n\r\n"));
	OK(refusal("GET http://a HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
	OK(handed_on("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
	OK(refusal("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
	OK(frame.asterisk);
	OK(refusal("GET * HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
	OK(refusal("GET http:///b HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
	OK(refusal("GET b HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
	OK(refusal("GET /\tb HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
}

static void
versions(void)
{
	OK(refusal("GET / HTTP/1.0\r\n\r\n") == 0);
	OK(frame.http_1_0 && !frame.keep_alive);
	OK(handed_on("GET / HTTP/1.1\r\n\r\n"));
	OK(refusal("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") == 0);
	OK(frame.keep_alive);
	OK(handed_on("GET / HTTP/1.1\r\nXonnection: Keep-Alive\r\n\r\n"));
	OK(refusal("GET / HTTP/1.1\r\nHost:\r\n\r\n") == 0);
	OK(!frame.http_1_0 && frame.keep_alive);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n"
		   "\r\n") == 0);
	OK(!frame.keep_alive);
	OK(refusal("GET / HTTP/2.0\r\n\r\n") == 505);
	OK(refusal("GET / http/1.1\r\n\r\n") == 400);
	OK(refusal("GET /\r\n\r\n") == 400);
	OK(refusal("BREW / HTTP/1.1\r\nHost: a\r\n\r\n") == 501);
	OK(refusal("G(T / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
}

static void
bodies(void)
{
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"
		   "abcd") == 0);
	OK(frame.body_bytes == 4);
	OK(frame.head_bytes == 47);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n") == 411);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n") == 400);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n"
		   "\r\n") == 400);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\n"
		   "Content-Length: 99999999999999999999\r\n\r\n") == 400);
	OK(refusal("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n") ==
	    0);
	OK(frame.body_bytes == 0 && !frame.keep_alive);
	OK(handed_on("PUT / HTTP/1.1\r\nHost: a\r\nXontent-Length: 4\r\n"));
}

static void
fields(void)
{
	OK(refusal(
	       "GET / HTTP/1.1\r\nhOST: a\r\nRange: \t bytes=0- \t\r\n"
	       "If-None-Match: \"a\"\r\nX-Forwarded-For: 1.2.3.4\r\n"
	       "X-Forwarded-For: 5.6.7.8\r\nForwarded: for=a\r\n\r\n") == 0);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\n"
		   "Authorization: b\r\n\r\n") == 400);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nA\r\n\r\n") == 400);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n") == 400);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\n : b\r\n\r\n") == 400);
	OK(refusal("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
	OK(refusal("GET / HTTP/1.1\r\n\r\n") == 400);
}

int
main(void)
{
	ends();
	targets();
	versions();
	bodies();
	fields();
	return tap_done();
}
