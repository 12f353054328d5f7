#include "head.h"
#include "tap.h"

#include <string.h>

static struct head head;
static unsigned status;

/* The status with which TEXT is refused, 0: it is not. */
static unsigned
refusal(const char *text)
{
	const char *why = NULL;

	status = 0;
	if (head_read(str_from(text), &head, &status, &why) == 0)
		return 0;
	return why != NULL && why[0] != '\0' ? status : 1;
}

static void
ends(void)
{
	static const char whole[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore";
	size_t len = sizeof(whole) - 5;

	OK(head_end(str_from(whole), 0) == len);
	for (size_t i = 0; i < len; i++)
		OK(head_end((struct str){whole, i}, 0) == 0);
	/* However little of it came at once. */
	for (size_t i = 0; i <= len; i++)
		OK(head_end((struct str){whole, len}, i) == len);
	OK(head_end(STR("GET /\n\n"), 0) == 7);
	OK(head_end(STR("GET /\n\r\n"), 0) == 8);
	OK(head_end(STR("GET /\r\n"), 0) == 0);
}

static void
targets(void)
{
	OK(refusal("GET /a/b?c=d?e HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
	OK(str_eqz(head.path, "/a/b") && str_eqz(head.query, "c=d?e"));
	OK(refusal("GET http://a:80/b?c HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
	OK(str_eqz(head.path, "/b") && str_eqz(head.query, "c"));
	OK(refusal("GET HTTPS://[::1]?c HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
	OK(str_eqz(head.path, "/") && str_eqz(head.query, "c"));
	OK(refusal("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
	OK(head.asterisk && head.method == METHOD_OPTIONS);
	OK(refusal("GET * HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
	OK(refusal("GET http:///b HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
	OK(refusal("GET b HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
	OK(refusal("GET /\tb HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
}

static void
versions(void)
{
	OK(refusal("GET / HTTP/1.0\r\n\r\n") == 0);
	OK(head.http_1_0 && !head.keep_alive);
	OK(refusal("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") == 0);
	OK(head.keep_alive);
	OK(refusal("GET / HTTP/1.1\r\nHost:\r\n\r\n") == 0);
	OK(!head.http_1_0 && head.keep_alive);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n"
		   "\r\n") == 0);
	OK(!head.keep_alive);
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
	OK(head.method == METHOD_POST && head.body_bytes == 4);
	OK(head.bytes == 47);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n") == 400);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n") == 400);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n"
		   "\r\n") == 400);
	OK(refusal("POST / HTTP/1.1\r\nHost: a\r\n"
		   "Content-Length: 99999999999999999999\r\n\r\n") == 400);
	OK(refusal("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n") ==
	    0);
	OK(head.method == METHOD_OTHER);
}

static void
fields(void)
{
	OK(refusal(
	       "GET / HTTP/1.1\r\nhOST: a\r\nRange: \t bytes=0- \t\r\n"
	       "If-None-Match: \"a\"\r\nX-Forwarded-For: 1.2.3.4\r\n"
	       "X-Forwarded-For: 5.6.7.8\r\nForwarded: for=a\r\n\r\n") == 0);
	OK(str_eqz(head.range, "bytes=0-"));
	OK(str_eqz(head.if_none_match, "\"a\""));
	OK(str_eqz(head.forwarded_for, "5.6.7.8"));
	OK(str_eqz(head.forwarded, "for=a"));
	OK(head.if_range.len == 0);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br, gzip;"
		   "q=0.5\r\n\r\n") == 0 &&
	    head.gzip);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip; q=0.0"
		   "\r\n\r\n") == 0 &&
	    !head.gzip);
	OK(refusal("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: xgzip\r\n"
		   "\r\n") == 0 &&
	    !head.gzip);
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
