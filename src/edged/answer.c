#include "answer.h"

#include "bearer.h"
#include "clip.h"
#include "clock.h"
#include "err.h"
#include "stream.h"
#include "token.h"
#include "vod.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { METRICS_MAX_BYTES = 8 * 1024 * 1024 };

static const char immutable[] = "public, max-age=31536000, immutable";
static const char soon[] = "Retry-After: 1\r\n";

static const char no_pages[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<title>weir</title><h1>The pages are not built</h1>"
    "<p>weir-edged serves streams and the API, but found no index.html in "
    "the folder that WEIR_WWW names. <code>make</code> builds it.</p>\n";

enum stats_kind
answer_kind(enum route_kind kind)
{
	switch (kind) {
	case ROUTE_HOME:
	case ROUTE_CHANNEL_PAGE:
	case ROUTE_VOD_PAGE:
	case ROUTE_CLIP_PAGE:
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
	case ROUTE_VOD_DOWNLOAD:
	case ROUTE_CLIP_DOWNLOAD:
		return STATS_MEDIA;
	case ROUTE_API_CHANNELS:
	case ROUTE_API_CHANNEL:
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

/*
 * Open NAME of the bundle, in the compressed form that stands beside it when
 * there is one and the client takes it; R is told.  0, or -1 with errno.
 */
static int
open_page(struct site *site, const struct exchange *x, const char *name,
    struct file *file, struct reply *r)
{
	char packed[ROUTE_MAX_TARGET];

	(void)snprintf(packed, sizeof(packed), "%s.gz", name);
	r->coding = "";
	if (x->head->gzip && files_open(site->www, packed, file) == 0) {
		r->coding = "gzip";
		return 0;
	}
	return files_open(site->www, name, file);
}

/* The web app; it reads its own URL, and says itself what is not there. */
static void
page(struct site *site, struct exchange *x, unsigned status)
{
	struct reply r = {.status = status,
	    .fields = REPLY_PAGE,
	    .type = "text/html; charset=utf-8",
	    .caching = "no-cache"};
	struct file file;

	if (open_page(site, x, "index.html", &file, &r) == 0) {
		files_send(x, &file, &r);
		files_close(&file);
		return;
	}
	r.status = status == 200 ? 503 : status;
	r.caching = "no-store";
	r.body = str_from(no_pages);
	reply_send(x, &r);
}

static void
channel_page(struct site *site, struct exchange *x, const struct route *r)
{
	struct view *v = shelf_get(site->shelf, r->channel);

	page(site, x, v != NULL ? 200 : 404);
	view_drop(&v);
}

static void
vod_page(struct site *site, struct exchange *x, const struct route *r)
{
	struct recording_state s;

	page(site, x, catalog_get(site->catalog, r->broadcast, &s) ? 200 : 404);
}

static void
clip_page(struct site *site, struct exchange *x, const struct route *r)
{
	struct clip_state c;

	page(site, x, clips_get(site->clips, r->clip, &c) ? 200 : 404);
}

static void
bundle_file(struct site *site, struct exchange *x, const struct route *r)
{
	/* What lies in assets/ bears a hash of its bytes in its name. */
	struct reply whole = {.status = 200,
	    .type = files_type(r->file),
	    .caching = r->kind == ROUTE_ASSET ? immutable : "no-cache"};
	struct file file;

	if (open_page(site, x, r->file, &file, &whole) == -1) {
		reply_text(x, 404, 0, "There is no such file.", NULL);
		return;
	}
	files_send(x, &file, &whole);
	files_close(&file);
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

static void
put_figure(struct buf *b, const char *name, const char *type, const char *help,
    uint64_t value)
{
	(void)buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n",
	    name, help, name, type, name, value);
}

static void
put_figures(struct site *site, struct buf *b)
{
	struct pool *p = site->pool;
	const struct figures *f = &p->figures;
	uint64_t channels, live, folded, kept_bytes;
	struct stats sum;

	pool_stats(p, &sum);
	shelf_count(site->shelf, &channels, &live);
	stats_text(&sum, b);
	measure_text(site->measure, b);
	put_figure(b, "weir_edge_connections_total", "counter",
	    "Connections accepted.", atomic_load(&f->connections));
	put_figure(b, "weir_edge_connections", "gauge", "Open connections.",
	    atomic_load(&f->connected));
	put_figure(b, "weir_edge_requests_running", "gauge",
	    "Requests being answered.", atomic_load(&f->answering));
	put_figure(b, "weir_edge_requests_waiting", "gauge",
	    "Of these, waiting for a part or a segment.",
	    atomic_load(&p->room.waiting));
	put_figure(b, "weir_edge_connections_refused_total", "counter",
	    "Connections and requests refused since their address had too "
	    "many.",
	    atomic_load(&f->refused));
	put_figure(b, "weir_edge_connections_reaped_total", "counter",
	    "Silent connections closed since there were too many.",
	    atomic_load(&f->reaped));
	put_figure(
	    b, "weir_edge_threads", "gauge", "Threads that answer.", p->size);
	put_figure(b, "weir_edge_log_seq", "gauge",
	    "Seq of the last event folded in.", follow_seq(site->follow));
	put_figure(b, "weir_edge_channels", "gauge", "Channels.", channels);
	put_figure(b, "weir_edge_channels_live", "gauge",
	    "Channels that are live.", live);
	library_count(site->library, &folded, &kept_bytes);
	put_figure(b, "weir_edge_recordings_folded_total", "counter",
	    "Recordings folded since somebody asked.", folded);
	put_figure(b, "weir_edge_recordings_bytes", "gauge",
	    "Memory that recordings are kept in.", kept_bytes);
}

static void
metrics(struct site *site, struct exchange *x)
{
	struct buf b;

	buf_init(&b, METRICS_MAX_BYTES);
	put_figures(site, &b);
	/* Ours are in a file as well, but a second older. */
	stats_files(site->metrics_dir, "edged.prom", &b);
	if (b.failed)
		reply_text(x, 503, 0, "The figures do not fit.", soon);
	else
		reply_send(
		    x, &(struct reply){.status = 200,
			   .type = "text/plain; version=0.0.4; charset=utf-8",
			   .caching = "no-store",
			   .body = buf_str(&b)});
	buf_fini(&b);
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
		page(site, x, 200);
		break;
	case ROUTE_CHANNEL_PAGE:
		channel_page(site, x, r);
		break;
	case ROUTE_MULTIVARIANT:
	case ROUTE_PLAYLIST:
	case ROUTE_MANIFEST:
		stream_playlist(site, x, r);
		break;
	case ROUTE_VOD_PAGE:
		vod_page(site, x, r);
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
		clip_page(site, x, r);
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
		metrics(site, x);
		break;
	case ROUTE_UNKNOWN:
	case ROUTE_BAD:
	case ROUTE_KINDS:
		page(site, x, 404);
		break;
	}
}
