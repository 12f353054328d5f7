#include "route.h"
#include "tap.h"

#include <string.h>

static struct route r;

static enum route_kind
kind(const char *path)
{
	route_parse(str_from(path), STR(""), &r);
	return r.kind;
}

static void
ours(void)
{
	OK(kind("/") == ROUTE_HOME);
	OK(kind("/@alice") == ROUTE_CHANNEL_PAGE &&
	    strcmp(r.channel, "alice") == 0);
	OK(kind("/%40a-1_b") == ROUTE_CHANNEL_PAGE &&
	    strcmp(r.channel, "a-1_b") == 0);
	OK(kind("/live/alice/index.m3u8") == ROUTE_MULTIVARIANT);
	OK(kind("/live/alice/manifest.mpd") == ROUTE_MANIFEST &&
	    strcmp(r.channel, "alice") == 0);
	OK(kind("/live/alice/video/manifest.mpd") == ROUTE_UNKNOWN);
	OK(kind("/live/alice/video2/index.m3u8") == ROUTE_PLAYLIST &&
	    strcmp(r.track, "video2") == 0 && r.broadcast[0] == '\0');
	OK(kind("/media/b-1/video/0.m4s") == ROUTE_MEDIA &&
	    strcmp(r.file, "b-1/video/0.m4s") == 0);
	OK(kind("/media/b-1/audio/init-12.mp4") == ROUTE_MEDIA &&
	    strcmp(r.file, "b-1/audio/init-12.mp4") == 0);
	OK(kind("/media/b-1/video/9007199254740991.m4s") == ROUTE_MEDIA);
	OK(kind("/assets/main-AB12.js") == ROUTE_ASSET &&
	    strcmp(r.file, "assets/main-AB12.js") == 0);
	OK(kind("/robots.txt") == ROUTE_FILE &&
	    strcmp(r.file, "robots.txt") == 0);
	OK(kind("/api/channels") == ROUTE_API_CHANNELS);
	OK(kind("/api/channels/alice") == ROUTE_API_CHANNEL);
	OK(kind("/api/time") == ROUTE_API_TIME);
	OK(kind("/api/time/") == ROUTE_API_UNKNOWN);
	OK(kind("/healthz") == ROUTE_HEALTH);
	OK(kind("/metrics") == ROUTE_METRICS);
}

static void
unknown(void)
{
	static const char *const paths[] = {"/nothing", "//", "/@", "/@Alice",
	    "/@alice/", "/@-x", "/live/", "/live/alice", "/live/a/b/c/d/e/f",
	    "/live/alice/index.m3u8/", "/media/b/video/", "/media/b/video/x",
	    "/media/b/video/00.m4s", "/media/b/video/-1.m4s",
	    "/media/b/video/+1.m4s", "/media/b/video/1.m4s.tmp",
	    "/media/b/video/.m4s", "/media/b/video/99999999999999999999.m4s",
	    "/media/b/video/init-.mp4", "/media/b/video/init-1.m4s",
	    "/media/b/vi deo/1.m4s", "/media/B/video/1.m4s", "/assets/",
	    "/assets/.hidden", "/assets/a/b.js", "/index.html", "/.env",
	    "/assets/a%20b.js", "/media//video/1.m4s", "/livex",
	    "/index.m3u8x/y"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		enum route_kind k = kind(paths[i]);

		if (k != ROUTE_UNKNOWN && k != ROUTE_BAD)
			printf("# %s is %d\n", paths[i], (int)k);
		OK(k == ROUTE_UNKNOWN || k == ROUTE_BAD);
	}
	OK(kind("/api") == ROUTE_API_UNKNOWN);
	OK(kind("/api/") == ROUTE_API_UNKNOWN);
	OK(kind("/api/channels/") == ROUTE_API_UNKNOWN);
	OK(kind("/api/channels/Bob") == ROUTE_API_UNKNOWN);
	OK(kind("/api/a/b/c/d/e/f/g") == ROUTE_API_UNKNOWN);
}

static void
hostile(void)
{
	static const char *const paths[] = {"", "x", "*", "/..", "/.",
	    "/media/../etc/passwd", "/media/b/video/../../x",
	    "/%2e%2e/etc/passwd", "/.%2E/x", "/media/%2e/x",
	    "/media%2fb/video/1.m4s", "/media/b%2Fvideo/1.m4s", "/a%5cb",
	    "/a\\b", "/a%00b", "/a%", "/a%4", "/a%zz", "/a%0ab", "/a b",
	    "/a\tb", "/%7f", "/media/b/video/1.m4s%00.html"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (kind(paths[i]) != ROUTE_BAD)
			printf("# %s is %d\n", paths[i], (int)r.kind);
		OK(r.kind == ROUTE_BAD);
	}
	/* Decoded once: what it hides is a name, and names no file. */
	OK(kind("/media/b/%252e%252e/1.m4s") == ROUTE_UNKNOWN);
	OK(kind("/%c0%ae%c0%ae/x") == ROUTE_UNKNOWN);
}

static void
queries(void)
{
	const struct str path = STR("/live/alice/video/index.m3u8");

#define QUERY(q) (route_parse(path, STR(q), &r), r.kind)
	OK(QUERY("broadcast=b1") == ROUTE_PLAYLIST &&
	    strcmp(r.broadcast, "b1") == 0);
	OK(QUERY("x=1&broadcast=b2&y") == ROUTE_PLAYLIST &&
	    strcmp(r.broadcast, "b2") == 0);
	OK(QUERY("_HLS_msn=3&&=") == ROUTE_PLAYLIST && r.broadcast[0] == '\0');
	OK(QUERY("broadcast=") == ROUTE_BAD);
	OK(QUERY("broadcast=../x") == ROUTE_BAD);
	OK(QUERY("xbroadcast=../x") == ROUTE_PLAYLIST);
	OK(QUERY("broadcast=b1&broadcast=b1") == ROUTE_BAD);
	/* What a low-latency player asks (RFC 8216bis, 6.2.5). */
	OK(QUERY("") == ROUTE_PLAYLIST && !r.has_msn && !r.has_part && !r.skip);
	OK(QUERY("_HLS_msn=12&_HLS_part=0&_HLS_skip=YES") == ROUTE_PLAYLIST &&
	    r.has_msn && r.msn == 12 && r.has_part && r.part == 0 && r.skip);
	OK(QUERY("_HLS_skip=v2") == ROUTE_PLAYLIST && r.skip);
	OK(QUERY("_HLS_skip=NO&_HLS_report=x") == ROUTE_PLAYLIST && !r.skip);
	OK(QUERY("_HLS_part=0") == ROUTE_BAD);
	OK(QUERY("_HLS_msn=1&_HLS_msn=1") == ROUTE_BAD);
	OK(QUERY("_HLS_msn=1&_HLS_part=1&_HLS_part=1") == ROUTE_BAD);
	OK(QUERY("_HLS_msn") == ROUTE_PLAYLIST && !r.has_msn);
	OK(QUERY("_HLS_msn=") == ROUTE_BAD &&
	    QUERY("_HLS_msn=+1") == ROUTE_BAD);
	OK(QUERY("_HLS_msn=1.5") == ROUTE_BAD &&
	    QUERY("_HLS_msn=9223372036854775808") == ROUTE_BAD);
	OK(QUERY("_HLS_msn=1&_HLS_part=4294967296") == ROUTE_BAD);
	/* The multivariant playlist has no parts to wait for. */
	route_parse(STR("/live/alice/index.m3u8"), STR("_HLS_part=1"), &r);
	OK(r.kind == ROUTE_MULTIVARIANT && !r.has_part);
	route_parse(STR("/media/b/video/7.m4s"), STR("_HLS_part=1"), &r);
	OK(r.kind == ROUTE_MEDIA && r.segment && r.msn == 7);
	OK(kind("/media/b/video/init-7.mp4") == ROUTE_MEDIA && !r.segment);
}

static void
recordings(void)
{
#define ASK(p, q) (route_parse(STR(p), STR(q), &r), r.kind)
	OK(kind("/vod/b1") == ROUTE_VOD_PAGE && strcmp(r.broadcast, "b1") == 0);
	OK(kind("/vod/b1/index.m3u8") == ROUTE_VOD_MULTIVARIANT);
	OK(kind("/vod/b1/video/index.m3u8") == ROUTE_VOD_PLAYLIST &&
	    strcmp(r.track, "video") == 0 && !r.event);
	OK(kind("/vod/b1/manifest.mpd") == ROUTE_VOD_MANIFEST);
	OK(kind("/vod") == ROUTE_UNKNOWN && kind("/vod/") == ROUTE_UNKNOWN &&
	    kind("/vod/B/index.m3u8") == ROUTE_UNKNOWN);
	OK(ASK("/vod/b1/video/index.m3u8", "form=event") ==
		ROUTE_VOD_PLAYLIST &&
	    r.event);
	OK(ASK("/vod/b1/video/index.m3u8", "form=x") == ROUTE_BAD);
	OK(ASK("/vod/b1/video/index.m3u8", "window=10m") ==
		ROUTE_VOD_PLAYLIST &&
	    r.window_us == 600000000);
	OK(ASK("/vod/b1/index.m3u8", "window=1s") == ROUTE_BAD);
	OK(kind("/api/broadcasts/b1") == ROUTE_API_BROADCAST);
	OK(ASK("/api/channels/alice/broadcasts", "limit=7&before=b2&x=y") ==
		ROUTE_API_BROADCASTS &&
	    r.limit == 7 && strcmp(r.broadcast, "b2") == 0 &&
	    strcmp(r.channel, "alice") == 0);
	OK(ASK("/api/channels/alice/broadcasts", "limit=0") == ROUTE_BAD);
	OK(ASK("/api/channels/alice/broadcasts", "limit=1&limit=1") ==
	    ROUTE_BAD);
	OK(ASK("/api/channels/alice/broadcasts", "before=/") == ROUTE_BAD);
}

static void
times_gone_by(void)
{
	OK(ASK("/api/channels", "at=17") == ROUTE_API_CHANNELS &&
	    strcmp(r.at, "17") == 0);
	OK(ASK("/api/channels/alice", "at=2026-11-20T20:00:00%2B01:00") ==
		ROUTE_API_CHANNEL &&
	    strcmp(r.at, "2026-11-20T20:00:00+01:00") == 0);
	OK(ASK("/live/alice/index.m3u8", "at=1&broadcast=b1&window=60") ==
		ROUTE_MULTIVARIANT &&
	    strcmp(r.at, "1") == 0 && r.window_us == 60000000);
	OK(ASK("/live/alice/video/index.m3u8", "at=1") == ROUTE_PLAYLIST);
	OK(ASK("/api/channels", "at=now") == ROUTE_API_CHANNELS &&
	    strcmp(r.at, "now") == 0);
	OK(ASK("/api/channels", "at=") == ROUTE_BAD &&
	    ASK("/api/channels", "at=no%20w") == ROUTE_BAD &&
	    ASK("/api/channels", "at=%22") == ROUTE_BAD &&
	    ASK("/api/channels", "at=1&at=1") == ROUTE_BAD &&
	    ASK("/api/channels", "at=%00") == ROUTE_BAD &&
	    ASK("/api/channels", "at=%2") == ROUTE_BAD);
	OK(ASK("/api/channels",
	       "at=111111111111111111111111111111111111111111111111") ==
	    ROUTE_BAD);
	OK(ASK("/api/channels", "broadcast=../x") == ROUTE_API_CHANNELS);
	OK(ASK("/vod/b1/index.m3u8", "at=1") == ROUTE_VOD_MULTIVARIANT &&
	    r.at[0] == '\0');
}

int
main(void)
{
	recordings();
	times_gone_by();
	ours();
	unknown();
	hostile();
	queries();
	return tap_done();
}
