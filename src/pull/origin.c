#include "origin.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Containers; none of them names another file, or is not let to. */
#define CONTAINERS                                                             \
	"mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,flv,live_flv,nut,ogg,"   \
	"avi,aac,mp3,flac,ac3,eac3,h264,hevc"

static const struct {
	const char *prefix, *protocols, *formats;
	bool rtsp, paced, ends;
} kinds[] = {
    {"http://", "http,https,httpproxy,tcp,tls,crypto", "hls," CONTAINERS, false,
	true, false},
    {"https://", "http,https,httpproxy,tcp,tls,crypto", "hls," CONTAINERS,
	false, true, false},
    {"rtsp://", "tcp,udp,rtp", "rtsp", true, false, false},
    {"rtsps://", "tcp,tls,udp,rtp,srtp", "rtsp", true, false, false},
    {"srt://", "srt", "mpegts", false, false, false},
    {"rtmp://", "rtmp,tcp", "flv", false, false, false},
    {"rtmps://", "rtmps,tls,tcp", "flv", false, false, false},
    {"udp://", "udp", "mpegts", false, false, false},
    {"rtp://", "rtp,udp", "rtp,mpegts", false, false, false},
    {"file:", "file", CONTAINERS, false, true, true},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const char file_prefix[] = "file:";

/* Scheme, host and port; users, paths and queries may hold secrets. */
static void
show_host(struct origin *o, size_t scheme)
{
	struct str host = {o->url + scheme, 0};
	const char *at;

	host.len = strcspn(host.p, "/?#");
	if ((at = memrchr(host.p, '@', host.len)) != NULL) {
		host.len -= (size_t)(at + 1 - host.p);
		host.p = at + 1;
	}
	(void)snprintf(o->shown, sizeof(o->shown), "%.*s%.*s", (int)scheme,
	    o->url, STRF(host));
}

static void
fill(struct origin *o, size_t kind)
{
	o->protocols = kinds[kind].protocols;
	o->formats = kinds[kind].formats;
	o->rtsp = kinds[kind].rtsp;
	o->paced = kinds[kind].paced;
	o->ends = kinds[kind].ends;
	if (strcmp(kinds[kind].prefix, file_prefix) != 0) {
		show_host(o, strlen(kinds[kind].prefix));
		return;
	}
	o->path = o->url + strlen(file_prefix);
	(void)snprintf(o->shown, sizeof(o->shown), "%s", o->path);
}

void
origin_pattern(struct origin *o)
{
	*o =
	    (struct origin){.shown = "pattern", .pattern = true, .paced = true};
}

int
origin_parse(struct origin *o, const char *text)
{
	bool address = strstr(text, "://") != NULL ||
		       strncmp(text, file_prefix, strlen(file_prefix)) == 0;
	int n = snprintf(
	    o->url, sizeof(o->url), "%s%s", address ? "" : file_prefix, text);

	o->path = NULL;
	for (size_t i = 0; i < KINDS && n > 0; i++)
		if (*text != '\0' && (size_t)n < sizeof(o->url) &&
		    str_starts(str_from(o->url), str_from(kinds[i].prefix))) {
			fill(o, i);
			return 0;
		}
	errno = EINVAL;
	return -1;
}
