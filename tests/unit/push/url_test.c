#include "tap.h"
#include "url.h"

#include <stdbool.h>
#include <string.h>

static bool
shown(const char *text, const char *want)
{
	struct url u;

	return url_parse(&u, text) == 0 && strcmp(u.text, text) == 0 &&
	       strcmp(u.shown, want) == 0;
}

int
main(void)
{
	char longest[URL_MAX + 2];
	struct url u;

	OK(shown("rtmp://h/live/key", "rtmp://h"));
	OK(shown("rtmps://h:443/live/key?s=secret", "rtmps://h:443"));
	OK(shown("rtmp://user:secret@h:1935/live", "rtmp://h:1935"));
	OK(shown("rtmp://u:a@b@h/x@y", "rtmp://h"));
	OK(shown("srt://[::1]:9000?passphrase=secret", "srt://[::1]:9000"));
	OK(shown("srt://h#secret", "srt://h"));
	OK(url_parse(&u, "rtmp://h") == 0 && u.kind == URL_RTMP);
	OK(url_parse(&u, "srt://h") == 0 && u.kind == URL_SRT);
	OK(url_parse(&u, "") == -1);
	OK(url_parse(&u, "rtmp:///live/key") == -1);
	OK(url_parse(&u, "rtmp://user@/live") == -1);
	OK(url_parse(&u, "http://h/x") == -1);
	OK(url_parse(&u, "file:/etc/passwd") == -1);
	OK(url_parse(&u, "rtmp://h/a b") == -1);
	OK(url_parse(&u, "rtmp://h/a\nb") == -1);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "rtmp://h/", 9);
	longest[URL_MAX] = '\0';
	OK(url_parse(&u, longest) == 0);
	longest[URL_MAX] = 'x';
	longest[URL_MAX + 1] = '\0';
	OK(url_parse(&u, longest) == -1);
	return tap_done();
}
