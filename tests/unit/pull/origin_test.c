#include "origin.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

static bool
is(const char *text, const char *url, const char *shown)
{
	struct origin o;

	return origin_parse(&o, text) == 0 && strcmp(o.url, url) == 0 &&
	       strcmp(o.shown, shown) == 0;
}

/* WORD is one of LIST's, which commas part. */
static bool
lists(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
		if ((p == list || p[-1] == ',') &&
		    (p[n] == ',' || p[n] == '\0'))
			return true;
	return false;
}

/* Nothing that a stranger may name leads to a file. */
static void
nets(void)
{
	static const char *const some[] = {"http://h/x.m3u8", "https://h/x",
	    "rtsp://h/x", "rtsps://h/x", "srt://h:1", "rtmp://h/a/b",
	    "rtmps://h/a/b", "udp://h:1", "rtp://h:1"};
	static const char *const never[] = {"file", "pipe", "concat", "subfile",
	    "data", "fd", "cache", "async", "unix", "gopher", "ftp"};
	struct origin o;

	for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++) {
		OK(origin_parse(&o, some[i]) == 0);
		OK(o.path == NULL && !o.ends);
		for (size_t k = 0; k < sizeof(never) / sizeof(*never); k++)
			OK(!lists(o.protocols, never[k]));
		OK(!lists(o.formats, "concat") && !lists(o.formats, "sdp"));
	}
}

int
main(void)
{
	struct origin o;
	char *longest = calloc(1, ORIGIN_URL_SIZE + 1);

	OK(is("a.mp4", "file:a.mp4", "a.mp4"));
	OK(is("./a:b.mp4", "file:./a:b.mp4", "./a:b.mp4"));
	OK(is("file:/x/a.mp4", "file:/x/a.mp4", "/x/a.mp4"));
	OK(is("rtsp://u:secret@cam:554/s?x=secret",
	    "rtsp://u:secret@cam:554/s?x=secret", "rtsp://cam:554"));
	OK(is("srt://h:1?passphrase=secret", "srt://h:1?passphrase=secret",
	    "srt://h:1"));
	OK(origin_parse(&o, "a.mp4") == 0 && o.ends && o.paced &&
	    strcmp(o.path, "a.mp4") == 0);
	/* A file leads to itself alone, and is no list of others. */
	OK(strcmp(o.protocols, "file") == 0);
	OK(!lists(o.formats, "hls") && !lists(o.formats, "concat") &&
	    !lists(o.formats, "dash") && !lists(o.formats, "sdp"));
	OK(origin_parse(&o, "rtsp://h/x") == 0 && o.rtsp && !o.paced);
	nets();
	OK(origin_parse(&o, "") == -1);
	OK(origin_parse(&o, "gopher://h/x") == -1);
	OK(origin_parse(&o, "concat://a|b") == -1);
	OK(origin_parse(&o, "ftp://h/x") == -1);
	if (longest != NULL) {
		memset(longest, 'x', ORIGIN_URL_SIZE);
		OK(origin_parse(&o, longest) == -1);
	}
	free(longest);
	origin_pattern(&o);
	OK(o.pattern && o.paced && strcmp(o.shown, "pattern") == 0);
	return tap_done();
}
