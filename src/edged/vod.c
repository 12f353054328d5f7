#include "vod.h"

#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LIST_USUAL = 24, LIST_MAX = 100, LIST_MAX_BYTES = 8 * 1024 * 1024 };

static const char playlist_type[] = "application/vnd.apple.mpegurl";
static const char manifest_type[] = "application/dash+xml";
static const char json_type[] = "application/json";
static const char soon[] = "Retry-After: 1\r\n";
/* Retention may take something from a recording. */
static const char closed_caching[] = "public, max-age=60";
static const char growing_caching[] = "public, max-age=0, s-maxage=1";

static const char no_room[] = "The server has no room now.";
static const char no_log[] = "The log cannot be read now.";
static const char none[] = "There is no such recording.";

/* Say why there is no recording, or nothing of it: errno tells. */
static void
refuse(struct exchange *x, bool json)
{
	bool missing = errno == ENOENT;
	const char *why = missing ? none : errno == ENOMEM ? no_room : no_log;

	if (json)
		reply_error_json(
		    x, missing ? 404 : 503, why, missing ? NULL : soon);
	else
		reply_text(x, missing ? 404 : 503, REPLY_PUBLIC, why,
		    missing ? NULL : soon);
}

/* The recording of BROADCAST, held, or NULL with errno. */
static struct recording *
get(struct site *site, const char *broadcast, bool as_live)
{
	struct recording_state s;

	if (catalog_get(site->catalog, broadcast, &s))
		return library_get(site->library, &s, as_live);
	errno = ENOENT;
	return NULL;
}

static void
send_multivariant(struct exchange *x, const struct route *r,
    struct recording *rec, const char *what, const char *caching)
{
	char query[STREAM_QUERY_SIZE];
	struct blob *b;

	stream_query(query, what, r->window_us);
	if ((b = recording_multivariant(rec, query)) != NULL)
		reply_blob(x, b, playlist_type, caching);
	else
		refuse(x, false);
	blob_drop(&b);
}

static void
send_manifest(struct exchange *x, struct recording *rec, bool as_live,
    const char *caching)
{
	struct blob *b = recording_manifest(rec, as_live);

	if (b != NULL)
		reply_blob(x, b, manifest_type, caching);
	else
		refuse(x, false);
	blob_drop(&b);
}

static void
send_media(struct exchange *x, const struct route *r, struct recording *rec,
    enum edition_form form, const char *caching)
{
	struct edition *e = recording_edition(rec, r->track, form);
	struct body *b =
	    e != NULL
		? edition_body(e, edition_window(r->window_us), x->head->gzip)
		: NULL;

	if (b != NULL)
		reply_body(x, b, playlist_type, caching);
	else
		refuse(x, false);
}

void
vod_playlist(struct site *site, struct exchange *x, const struct route *r)
{
	struct recording *rec = get(site, r->broadcast, false);
	const char *caching = growing_caching, *what = "form=event";
	enum edition_form form = EDITION_EVENT;

	if (rec == NULL) {
		refuse(x, false);
		return;
	}
	if (recording_broadcast(rec)->ended) {
		caching = closed_caching;
		what = "";
		/* Who saw it grow sees the same to the end. */
		if (!r->event)
			form = EDITION_VOD;
	}
	if (r->kind == ROUTE_VOD_MULTIVARIANT)
		send_multivariant(x, r, rec, what, caching);
	else if (r->kind == ROUTE_VOD_MANIFEST)
		send_manifest(
		    x, rec, !recording_broadcast(rec)->ended, caching);
	else
		send_media(x, r, rec, form, caching);
	recording_drop(&rec);
}

void
vod_closed(struct site *site, struct exchange *x, const struct route *r,
    const char *broadcast)
{
	/* Without a broadcast in it the URL shows the next one some day. */
	const char *caching =
	    r->broadcast[0] != '\0' ? closed_caching : growing_caching;
	struct recording_state s;
	struct recording *rec = NULL;
	char what[NAME_SIZE + 16];

	(void)snprintf(what, sizeof(what), "broadcast=%s", broadcast);
	errno = ENOENT;
	if (catalog_get(site->catalog, broadcast, &s) &&
	    strcmp(s.channel, r->channel) == 0)
		rec = library_get(site->library, &s, true);
	if (rec == NULL)
		refuse(x, false);
	else if (r->kind == ROUTE_MULTIVARIANT)
		send_multivariant(x, r, rec, what, caching);
	else if (r->kind == ROUTE_MANIFEST)
		send_manifest(x, rec, true, caching);
	else
		send_media(x, r, rec, EDITION_LIVE, caching);
	recording_drop(&rec);
}

void
vod_api_broadcast(struct site *site, struct exchange *x, const struct route *r)
{
	struct recording_state s;
	struct blob *b = NULL;

	errno = ENOENT;
	if (catalog_get(site->catalog, r->broadcast, &s))
		b = library_json(site->library, &s);
	if (b != NULL)
		reply_blob(x, b, json_type, "no-store");
	else
		refuse(x, true);
	blob_drop(&b);
}

/* The N recordings of LIST as JSON.  0, or -1 with errno. */
static int
put_list(struct site *site, const struct recording_state *list, size_t n,
    struct buf *out)
{
	bool first = true;

	(void)buf_puts(out, "{\"broadcasts\":[");
	for (size_t i = 0; i < n; i++) {
		struct blob *b = library_json(site->library, &list[i]);

		/* Nothing may be there of one, yet or any more. */
		if (b == NULL && errno != ENOENT)
			return -1;
		if (b == NULL)
			continue;
		if (!first)
			(void)buf_puts(out, ",");
		(void)buf_putstr(out, blob_str(b));
		first = false;
		blob_drop(&b);
	}
	return buf_puts(out, "]}");
}

void
vod_api_broadcasts(struct site *site, struct exchange *x, const struct route *r)
{
	size_t n = r->limit == 0         ? LIST_USUAL
		   : r->limit > LIST_MAX ? LIST_MAX
					 : (size_t)r->limit;
	struct view *v = shelf_get(site->shelf, r->channel);
	struct recording_state list[LIST_MAX];
	struct blob *blob = NULL;
	struct buf b;

	n = catalog_list(site->catalog, r->channel,
	    r->broadcast[0] != '\0' ? r->broadcast : NULL, n, list);
	buf_init(&b, LIST_MAX_BYTES);
	if (v == NULL && n == 0)
		errno = ENOENT;
	else if (put_list(site, list, n, &b) == 0)
		blob = blob_make(buf_str(&b));
	if (blob != NULL)
		reply_blob(x, blob, json_type, "no-store");
	else if (errno == ENOENT)
		reply_error_json(x, 404, "There is no such channel.", NULL);
	else
		refuse(x, true);
	blob_drop(&blob);
	buf_fini(&b);
	view_drop(&v);
}
