#include "answer.h"

#include "bearer.h"
#include "bundle.h"
#include "clip.h"
#include "clock.h"
#include "figures.h"
#include "health_api.h"
#include "still.h"
#include "stream.h"
#include "token.h"
#include "vod.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char soon[] = "Retry-After: 1\r\n";

enum stats_kind
answer_kind(enum route_kind kind)
{
	switch (kind) {
	case ROUTE_HOME:
	case ROUTE_CHANNEL_PAGE:
	case ROUTE_VOD_PAGE:
	case ROUTE_CLIP_PAGE:
	case ROUTE_STUDIO_PAGE:
	case ROUTE_UNKNOWN:
		return STATS_PAGE;
	case ROUTE_ASSET:
	case ROUTE_FILE:
		return STATS_ASSET;
	case ROUTE_MULTIVARIANT:
	case ROUTE_PLAYLIST:
	case ROUTE_MANIFEST:
	case ROUTE_VOD_MULTIVARIANT:
	case ROUTE_VOD_PLAYLIST:
	case ROUTE_VOD_MANIFEST:
	case ROUTE_CLIP_MULTIVARIANT:
	case ROUTE_CLIP_PLAYLIST:
	case ROUTE_CLIP_MANIFEST:
		return STATS_PLAYLIST;
	case ROUTE_MEDIA:
	case ROUTE_LIVE_THUMB:
	case ROUTE_VOD_THUMB:
	case ROUTE_VOD_STORYBOARD:
	case ROUTE_SHEET:
	case ROUTE_VOD_DOWNLOAD:
	case ROUTE_CLIP_DOWNLOAD:
		return STATS_MEDIA;
	case ROUTE_API_CHANNELS:
	case ROUTE_API_CHANNEL:
	case ROUTE_API_HEALTH:
	case ROUTE_API_TIME:
	case ROUTE_API_BROADCASTS:
	case ROUTE_API_BROADCAST:
	case ROUTE_API_CLIPS:
	case ROUTE_API_CLIP:
	case ROUTE_API_CHANNEL_CLIPS:
	case ROUTE_API_UNKNOWN:
		return STATS_API;
	case ROUTE_BAD:
	case ROUTE_HEALTH:
	case ROUTE_METRICS:
	case ROUTE_KINDS:
		break;
	}
	return STATS_OTHER;
}

static void
api_channel(struct site *site, struct exchange *x, const struct route *r)
{
	struct view *v = shelf_get(site->shelf, r->channel);
	char message[NAME_SIZE + 64];

	if (v != NULL) {
		reply_blob(x, v->json, "application/json", "no-store");
	} else {
		(void)snprintf(message, sizeof(message),
		    "There is no channel %s.", r->channel);
		reply_error_json(x, 404, message, NULL);
	}
	view_drop(&v);
}

static void
api_channels(struct site *site, struct exchange *x)
{
	struct blob *b = shelf_list(site->shelf);

	if (b != NULL)
		reply_blob(x, b, "application/json", "no-store");
	else
		reply_error_json(x, 503, "The server has no room now.", soon);
	blob_drop(&b);
}

/* For players that must know the hour (ISO/IEC 23009-1, 5.8.4.11). */
static void
api_time(struct exchange *x)
{
	char text[CLOCK_RFC3339_SIZE], ms[CLOCK_RFC3339_SIZE];

	/* Of "2026-11-20T12:52:46.000001Z" the last three decimals go. */
	clock_rfc3339(clock_real_us(), text);
	(void)snprintf(ms, sizeof(ms), "%.23sZ", text);
	reply_text(x, 200, REPLY_PUBLIC, ms, NULL);
}

/* What R asks for as it was, for operators. */
static void
past(struct site *site, struct exchange *x, const struct route *r)
{
	bool api = answer_kind(r->kind) == STATS_API;
	struct blob *b;

	if (!bearer_has(site, x, TOKEN_OPERATOR))
		return;
	b = past_answer(site->past, r);
	if (b != NULL)
		reply_blob(x, b,
		    api ? "application/json" : "application/vnd.apple.mpegurl",
		    "no-store");
	else if (errno == ENOENT)
		reply_error_json(x, 404, "It was not there then.", NULL);
	else if (errno == EINVAL)
		reply_error_json(x, 400,
		    "at is a seq, or a date-time like 2026-11-20T12:00:00Z.",
		    NULL);
	else if (errno == ERANGE)
		reply_error_json(x, 400, "That is not in the past.", NULL);
	else
		reply_error_json(x, 503, "The log cannot be read now.", soon);
	blob_drop(&b);
}

static void
health(struct site *site, struct exchange *x)
{
	char why[256];

	if (follow_healthy(site->follow, why, sizeof(why)))
		reply_text(x, 200, 0, "ok", NULL);
	else
		reply_text(x, 503, 0, why, soon);
}

/* Answer a browser that asks what another origin's page may do. */
static void
options(struct exchange *x, const struct route *r)
{
	enum stats_kind kind = answer_kind(r->kind);
	bool shared =
	    kind == STATS_MEDIA || kind == STATS_PLAYLIST || kind == STATS_API;

	reply_send(x,
	    &(struct reply){.status = 204,
		.fields = shared ? REPLY_PUBLIC : 0,
		.extra = shared ? "Allow: GET, HEAD, OPTIONS\r\n"
				  "Access-Control-Allow-Methods: GET, HEAD, "
				  "OPTIONS\r\n"
				  "Access-Control-Allow-Headers: Range, "
				  "If-None-Match, If-Modified-Since, If-Range, "
				  "Content-Type, CMCD-Request, CMCD-Object, "
				  "CMCD-Status, CMCD-Session\r\n"
				  "Access-Control-Max-Age: 86400\r\n"
				: "Allow: GET, HEAD, OPTIONS\r\n"});
}

void
answer_asterisk(struct exchange *x)
{
	reply_send(x, &(struct reply){.status = 204,
			  .extra = "Allow: GET, HEAD, OPTIONS\r\n"});
}

bool
answer_takes_body(const struct route *r)
{
	return r->kind == ROUTE_API_CLIPS;
}

void
answer_refusal(struct exchange *x, unsigned status, const char *why)
{
	x->keep = false;
	reply_text(x, status, 0, why, NULL);
}

/* Only clips are made by clients, and nothing else is done with their place. */
static void
make(struct site *site, struct exchange *x, const struct route *r)
{
	if (x->head->method == METHOD_POST) {
		clip_api_make(site, x, r);
		return;
	}
	x->keep = false; /* the request may bring a body */
	reply_error_json(
	    x, 405, "Only POST works here.", "Allow: OPTIONS, POST\r\n");
}

static void
wrong_method(struct exchange *x, const struct route *r)
{
	static const char text[] = "Only GET, HEAD and OPTIONS work here.";
	static const char allow[] = "Allow: GET, HEAD, OPTIONS\r\n";

	x->keep = false; /* the request may bring a body */
	if (answer_kind(r->kind) == STATS_API)
		reply_error_json(x, 405, text, allow);
	else
		reply_text(x, 405, 0, text, allow);
}

static void
malformed(struct exchange *x)
{
	static const char text[] = "The request's target is malformed.";

	x->keep = false;
	if (str_starts(x->head->path, STR("/api/")))
		reply_error_json(x, 400, text, NULL);
	else
		reply_text(x, 400, 0, text, NULL);
}

void
answer(struct site *site, struct exchange *x, const struct route *r)
{
	if (x->download != NULL) {
		download_go_on(x);
		return;
	}
	if (r->kind == ROUTE_API_CLIPS && x->head->method != METHOD_OPTIONS) {
		make(site, x, r);
		return;
	}
	if (x->head->method == METHOD_OTHER || x->head->method == METHOD_POST) {
		wrong_method(x, r);
		return;
	}
	if (r->kind == ROUTE_BAD) {
		malformed(x);
		return;
	}
	if (x->head->method == METHOD_OPTIONS) {
		options(x, r);
		return;
	}
	if (r->at[0] != '\0') {
		past(site, x, r);
		return;
	}
	switch (r->kind) {
	case ROUTE_HOME:
		bundle_page(site, x, r, 200);
		break;
	case ROUTE_CHANNEL_PAGE:
	case ROUTE_STUDIO_PAGE:
		bundle_channel(site, x, r);
		break;
	case ROUTE_MULTIVARIANT:
	case ROUTE_PLAYLIST:
	case ROUTE_MANIFEST:
		stream_playlist(site, x, r);
		break;
	case ROUTE_VOD_PAGE:
		bundle_vod(site, x, r);
		break;
	case ROUTE_VOD_MULTIVARIANT:
	case ROUTE_VOD_PLAYLIST:
	case ROUTE_VOD_MANIFEST:
		vod_playlist(site, x, r);
		break;
	case ROUTE_VOD_DOWNLOAD:
		clip_vod_download(site, x, r);
		break;
	case ROUTE_CLIP_PAGE:
		bundle_clip(site, x, r);
		break;
	case ROUTE_CLIP_MULTIVARIANT:
	case ROUTE_CLIP_PLAYLIST:
	case ROUTE_CLIP_MANIFEST:
		clip_playlist(site, x, r);
		break;
	case ROUTE_CLIP_DOWNLOAD:
		clip_download(site, x, r);
		break;
	case ROUTE_MEDIA:
		stream_media(site, x, r);
		break;
	case ROUTE_LIVE_THUMB:
	case ROUTE_VOD_THUMB:
	case ROUTE_VOD_STORYBOARD:
	case ROUTE_SHEET:
		still_answer(site, x, r);
		break;
	case ROUTE_ASSET:
	case ROUTE_FILE:
		bundle_file(site, x, r);
		break;
	case ROUTE_API_CHANNELS:
		api_channels(site, x);
		break;
	case ROUTE_API_CHANNEL:
		api_channel(site, x, r);
		break;
	case ROUTE_API_HEALTH:
		health_api(site, x, r);
		break;
	case ROUTE_API_TIME:
		api_time(x);
		break;
	case ROUTE_API_BROADCASTS:
		vod_api_broadcasts(site, x, r);
		break;
	case ROUTE_API_BROADCAST:
		vod_api_broadcast(site, x, r);
		break;
	case ROUTE_API_CLIP:
		clip_api_clip(site, x, r);
		break;
	case ROUTE_API_CHANNEL_CLIPS:
		clip_api_list(site, x, r);
		break;
	case ROUTE_API_CLIPS:
	case ROUTE_API_UNKNOWN:
		reply_error_json(x, 404, "The API has no such resource.", NULL);
		break;
	case ROUTE_HEALTH:
		health(site, x);
		break;
	case ROUTE_METRICS:
		figures_answer(site, x);
		break;
	case ROUTE_UNKNOWN:
	case ROUTE_BAD:
	case ROUTE_KINDS:
		bundle_page(site, x, r, 404);
		break;
	}
}
