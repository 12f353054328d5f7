#include "clip.h"

#include "bearer.h"
#include "clip_ask.h"
#include "clock.h"
#include "download.h"
#include "excerpt.h"
#include "maker.h"
#include "manifest.h"
#include "token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	LIST_USUAL = 24,
	LIST_MAX = 100,
	JSON_MAX_BYTES = 256 * 1024,
	PLAYLIST_BYTES = 1024 * 1024,
	MAX_KEY = 255
};

static const char json_type[] = "application/json";
static const char playlist_type[] = "application/vnd.apple.mpegurl";
static const char manifest_type[] = "application/dash+xml";
static const char soon[] = "Retry-After: 1\r\n";
/* A clip may be removed; while it is there it does not change. */
static const char caching[] = "public, max-age=60";

static const char no_room[] = "The server has no room now.";
static const char no_clip[] = "There is no such clip.";

/* Tell of C with STATUS. */
static void
send_clip(struct exchange *x, unsigned status, const struct clip_state *c)
{
	char place[sizeof("Location: /api/clips/\r\n") + NAME_SIZE];
	struct buf b;

	(void)snprintf(
	    place, sizeof(place), "Location: /api/clips/%s\r\n", c->clip);
	buf_init(&b, JSON_MAX_BYTES);
	if (clip_state_json(c, &b) == 0)
		reply_send(x, &(struct reply){.status = status,
				  .fields = REPLY_PUBLIC,
				  .type = json_type,
				  .caching = "no-store",
				  .extra = status == 201 ? place : NULL,
				  .body = buf_str(&b)});
	else
		reply_error_json(x, 503, no_room, soon);
	buf_fini(&b);
}

/* Is the body JSON?  A page of another origin cannot say so unasked. */
static bool
says_json(struct str type)
{
	static const struct str want = {"application/json", 16};

	return type.len >= want.len &&
	       strncasecmp(type.p, want.p, want.len) == 0 &&
	       (type.len == want.len || strchr(" \t;", type.p[want.len]));
}

static void
send_outcome(struct exchange *x, const struct maker_answer *a)
{
	switch (a->end) {
	case MAKER_MADE:
		send_clip(x, 201, &a->clip);
		break;
	case MAKER_WAS_MADE:
		send_clip(x, 200, &a->clip);
		break;
	case MAKER_NONE:
		reply_error_json(x, 404, "There is no such recording.", NULL);
		break;
	case MAKER_GONE:
		reply_error_json(x, 409,
		    "Some of that is not there, or not any more.", NULL);
		break;
	case MAKER_BAD:
		reply_error_json(x, 422, a->why, NULL);
		break;
	case MAKER_AWAY:
		reply_error_json(x, 503,
		    "The log cannot be written now. The clip may be there "
		    "all the same; ask again with the same Idempotency-Key.",
		    soon);
		break;
	case MAKER_FULL:
		reply_error_json(
		    x, 503, "Too many clips are being made.", soon);
		break;
	}
}

void
clip_api_make(struct site *site, struct exchange *x, const struct route *r)
{
	struct maker_answer a;
	struct clip_ask ask;
	const char *why;

	(void)r;
	if (site->clip_token && !bearer_has(site, x, TOKEN_OPERATOR))
		return;
	if (site->clip_pace == NULL)
		reply_error_json(x, 403, "No clips are made here.", NULL);
	else if (!says_json(x->head->content_type))
		reply_error_json(x, 415,
		    "The body must be JSON, and its "
		    "Content-Type application/json.",
		    NULL);
	else if (x->body.len > CLIP_ASK_MAX_BYTES)
		reply_error_json(x, 413, "The body is too large.", NULL);
	else if (x->head->idempotency_key.len > MAX_KEY)
		reply_error_json(
		    x, 400, "The Idempotency-Key is too long.", NULL);
	else if (clip_ask_read(&ask, x->body, &why) == -1)
		reply_error_json(x, 400, why, NULL);
	else if (!pace_take(site->clip_pace, x->client))
		reply_error_json(x, 429,
		    "Your address has made many clips just now.",
		    "Retry-After: 60\r\n");
	else {
		maker_make(site->maker, &ask, x->head->idempotency_key, &a);
		send_outcome(x, &a);
	}
}

void
clip_api_clip(struct site *site, struct exchange *x, const struct route *r)
{
	struct clip_state c;

	if (clips_get(site->clips, r->clip, &c))
		send_clip(x, 200, &c);
	else
		reply_error_json(x, 404, no_clip, NULL);
}

void
clip_api_list(struct site *site, struct exchange *x, const struct route *r)
{
	size_t cap = r->limit == 0         ? LIST_USUAL
		     : r->limit > LIST_MAX ? LIST_MAX
					   : (size_t)r->limit;
	struct view *v = shelf_get(site->shelf, r->channel);
	struct clip_state c;
	struct buf b;
	char before[NAME_SIZE];
	size_t n = 0;

	/* One after the other, since together they would fill a thread's
	 * stack. */
	memcpy(before, r->clip, sizeof(before));
	buf_init(&b, JSON_MAX_BYTES);
	(void)buf_puts(&b, "{\"clips\":[");
	while (n < cap && clips_list(site->clips, r->channel,
			      before[0] != '\0' ? before : NULL, 1, &c) == 1) {
		if (n++ > 0)
			(void)buf_puts(&b, ",");
		(void)clip_state_json(&c, &b);
		memcpy(before, c.clip, sizeof(before));
	}
	(void)buf_puts(&b, "]}");
	if (v == NULL && n == 0)
		reply_error_json(x, 404, "There is no such channel.", NULL);
	else if (b.failed)
		reply_error_json(x, 503, no_room, soon);
	else
		reply_send(x, &(struct reply){.status = 200,
				  .fields = REPLY_PUBLIC,
				  .type = json_type,
				  .caching = "no-store",
				  .body = buf_str(&b)});
	buf_fini(&b);
	view_drop(&v);
}

/* The recording of BROADCAST, held, or NULL after saying why not. */
static struct recording *
get(struct site *site, struct exchange *x, const char *broadcast,
    const char *missing)
{
	struct recording_state s;
	struct recording *rec = NULL;

	errno = ENOENT;
	if (catalog_get(site->catalog, broadcast, &s))
		rec = library_get(site->library, &s, false);
	if (rec == NULL && errno == ENOENT)
		reply_text(x, 404, REPLY_PUBLIC, missing, NULL);
	else if (rec == NULL)
		reply_text(x, 503, REPLY_PUBLIC, no_room, soon);
	return rec;
}

/*
 * What the clip of R's needs: E, of the recording that is returned, held; or
 * NULL after saying why not.
 */
static struct recording *
find(struct site *site, struct exchange *x, const struct route *r,
    struct clip_state *c, struct excerpt *e)
{
	struct recording *rec;

	if (!clips_get(site->clips, r->clip, c)) {
		reply_text(x, 404, REPLY_PUBLIC, no_clip, NULL);
		return NULL;
	}
	if ((rec = get(site, x, c->broadcast, no_clip)) == NULL)
		return NULL;
	if (excerpt_make(e, recording_broadcast(rec), c->from_us, c->to_us) ==
	    0)
		return rec;
	reply_text(
	    x, 404, REPLY_PUBLIC, "Some of it is not there any more.", NULL);
	recording_drop(&rec);
	return NULL;
}

/* What FILL, which went well or not, wrote into B. */
static void
send_text(struct exchange *x, struct buf *b, int filled, const char *type)
{
	struct blob *blob = filled == 0 ? blob_make(buf_str(b)) : NULL;

	if (blob != NULL)
		reply_blob(x, blob, type, caching);
	else
		reply_text(x, 503, REPLY_PUBLIC, no_room, soon);
	blob_drop(&blob);
}

static void
send_media(struct exchange *x, const struct route *r, const struct excerpt *e)
{
	const struct excerpt_track *t = excerpt_track(e, r->track);
	struct buf b;

	if (t == NULL) {
		reply_text(x, 404, REPLY_PUBLIC,
		    "There is no such track in the clip.", NULL);
		return;
	}
	buf_init(&b, PLAYLIST_BYTES);
	send_text(x, &b, excerpt_playlist(e, t, &b), playlist_type);
	buf_fini(&b);
}

static void
send_manifest(struct exchange *x, const struct excerpt *e)
{
	struct buf b;

	if (!manifest_possible(e->broadcast)) {
		reply_text(x, 404, REPLY_PUBLIC,
		    "Its segments did not tell their times.", NULL);
		return;
	}
	buf_init(&b, MANIFEST_MAX_BYTES);
	send_text(x, &b,
	    manifest_recording(e->broadcast, excerpt_wall(e, e->from_us),
		excerpt_wall(e, e->to_us), &b),
	    manifest_type);
	buf_fini(&b);
}

void
clip_playlist(struct site *site, struct exchange *x, const struct route *r)
{
	struct clip_state c;
	struct excerpt e;
	struct recording *rec = find(site, x, r, &c, &e);
	struct blob *b;

	if (rec == NULL)
		return;
	if (r->kind == ROUTE_CLIP_PLAYLIST) {
		send_media(x, r, &e);
	} else if (r->kind == ROUTE_CLIP_MANIFEST) {
		send_manifest(x, &e);
	} else if ((b = recording_multivariant(rec, "")) != NULL) {
		reply_blob(x, b, playlist_type, caching);
		blob_drop(&b);
	} else {
		reply_text(x, 503, REPLY_PUBLIC, no_room, soon);
	}
	recording_drop(&rec);
}

void
clip_download(struct site *site, struct exchange *x, const struct route *r)
{
	char tag[sizeof("clip/") + NAME_SIZE];
	struct clip_state c;
	struct excerpt e;
	struct recording *rec = find(site, x, r, &c, &e);

	if (rec == NULL)
		return;
	(void)snprintf(tag, sizeof(tag), "clip/%s", c.clip);
	download_send(
	    site->movies, x, &e, tag, c.title[0] != '\0' ? c.title : c.clip);
	recording_drop(&rec);
}

/* "alice 2026-11-20 18-00". */
static void
name_of(const struct recording_state *s, char *dst, size_t cap)
{
	char since[CLOCK_RFC3339_SIZE];

	clock_rfc3339(s->since_us, since);
	(void)snprintf(dst, cap, "%s %.10s %.2s-%.2s", s->channel, since,
	    since + 11, since + 14);
}

void
clip_vod_download(struct site *site, struct exchange *x, const struct route *r)
{
	struct recording *rec =
	    get(site, x, r->broadcast, "There is no such recording.");
	char tag[sizeof("vod/") + NAME_SIZE], name[NAME_SIZE + 32];
	uint64_t begin_us, end_us;
	struct excerpt e;

	if (rec == NULL)
		return;
	if (!recording_broadcast(rec)->ended)
		reply_text(x, 409, REPLY_PUBLIC,
		    "It is live still: make a clip of it, or wait.", soon);
	else if (excerpt_bounds(recording_broadcast(rec), &begin_us, &end_us) ==
		 -1)
		reply_text(
		    x, 404, REPLY_PUBLIC, "There is nothing of it.", NULL);
	else {
		excerpt_all(&e, recording_broadcast(rec));
		(void)snprintf(tag, sizeof(tag), "vod/%s", r->broadcast);
		name_of(recording_state(rec), name, sizeof(name));
		download_send(site->movies, x, &e, tag, name);
	}
	recording_drop(&rec);
}
