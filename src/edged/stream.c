#include "stream.h"

#include "range.h"
#include "trickle.h"
#include "vod.h"
#include "wait.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WAIT_TARGETS = 3, KEEP_TARGETS = 6 };

static const char playlist_type[] = "application/vnd.apple.mpegurl";
static const char manifest_type[] = "application/dash+xml";
/* A live playlist may be shared by those who ask within the same second. */
static const char live_caching[] = "public, max-age=0, s-maxage=1";
static const char ended_caching[] = "public, max-age=60";
static const char immutable[] = "public, max-age=31536000, immutable";
/*
 * What was read of a segment does not change, but after a power cut its writer
 * may begin it anew.
 */
static const char growing_caching[] = "public, max-age=3";
static const char soon[] = "Retry-After: 1\r\n";

/* What is told to whom waited in vain; to others nothing. */
static void
in_vain(struct exchange *x, enum wait_end why)
{
	switch (why) {
	case WAIT_LATE:
		reply_text(
		    x, 503, REPLY_PUBLIC, "It did not come in time.", soon);
		break;
	case WAIT_FULL:
		reply_text(x, 503, REPLY_PUBLIC,
		    "Too many requests are waiting.", soon);
		break;
	case WAIT_STOPPING:
		x->keep = false;
		reply_text(
		    x, 503, REPLY_PUBLIC, "The server is stopping.", soon);
		break;
	case WAIT_PARKED: /* and will be asked for again */
	case WAIT_OVER:
	case WAIT_ENDS:
		break;
	}
}

static void
no_room(struct exchange *x)
{
	reply_text(x, 503, REPLY_PUBLIC, "The server has no room now.", soon);
}

/* What a player is told that asks before, or after, there is anything. */
static void
nothing_to_play(struct exchange *x, const struct view *v)
{
	if (v == NULL)
		reply_text(x, 404, REPLY_PUBLIC,
		    "There is no such channel or broadcast.", NULL);
	else if (v->live)
		reply_text(x, 404, REPLY_PUBLIC,
		    "The broadcast has no segment yet.", soon);
	else
		reply_text(
		    x, 404, REPLY_PUBLIC, "There is nothing to play.", NULL);
}

/*
 * Without a broadcast in it the URL shows the next one some day, so what it
 * shows is not kept: neither a closed playlist nor one that was waited for.
 */
static const char *
ended_or_live(bool ended, const struct route *r)
{
	return ended && r->broadcast[0] != '\0' ? ended_caching : live_caching;
}

static void
send_edition(struct exchange *x, const struct route *r, struct edition *e)
{
	int which = r->skip && r->window_us == 0 ? EDITION_DELTA
						 : edition_window(r->window_us);
	struct body *b = edition_body(e, which, x->head->gzip);
	const char *caching = ended_or_live(e->ended, r);
	char kept[64];

	/* Whoever asks for this place later can do with this, too. */
	if (r->has_msn && !e->ended && r->broadcast[0] != '\0') {
		(void)snprintf(kept, sizeof(kept), "public, max-age=%u",
		    KEEP_TARGETS * e->target_s);
		caching = kept;
	}
	if (b != NULL)
		reply_body(x, b, playlist_type, caching);
	else
		no_room(x);
}

void
stream_query(char dst[STREAM_QUERY_SIZE], const char *what, uint64_t window_us)
{
	int window = edition_window(window_us);
	int n = snprintf(
	    dst, STREAM_QUERY_SIZE, "%s%s", what[0] != '\0' ? "?" : "", what);

	if (window != EDITION_FULL)
		(void)snprintf(dst + n, STREAM_QUERY_SIZE - (size_t)n,
		    "%swindow=%u", n > 0 ? "&" : "?", edition_window_s(window));
}

/* The multivariant playlist of V, whose media playlists are as R wants. */
static void
send_multivariant(
    struct exchange *x, const struct route *r, const struct view *v)
{
	char what[NAME_SIZE + 16];
	char usual[STREAM_QUERY_SIZE], query[STREAM_QUERY_SIZE];
	struct str text = blob_str(v->multivariant);
	struct blob *b = NULL;
	const char *at;
	struct buf out;

	(void)snprintf(what, sizeof(what), "broadcast=%s", v->broadcast);
	stream_query(usual, what, 0);
	stream_query(query, what, r->window_us);
	buf_init(&out, 2 * text.len + 1024);
	while ((at = memmem(text.p, text.len, usual, strlen(usual))) != NULL) {
		size_t n = (size_t)(at - text.p);

		(void)buf_put(&out, text.p, n);
		(void)buf_puts(&out, query);
		text.p += n + strlen(usual);
		text.len -= n + strlen(usual);
	}
	if (buf_putstr(&out, text) == 0)
		b = blob_make(buf_str(&out));
	buf_fini(&out);
	if (b != NULL)
		reply_blob(x, b, playlist_type, live_caching);
	else
		no_room(x);
	blob_drop(&b);
}

static bool
reaches(const struct edition *e, const void *at)
{
	return edition_reaches(e, at);
}

/* The edition of P that has what R asks for, when it is there. */
static void
reload(struct exchange *x, const struct route *r, const struct view_playlist *p)
{
	const struct edition_place at = {r->msn, r->part, r->has_part};
	struct edition *e = edition_hold(p->edition);
	enum wait_end end = WAIT_OVER;

	if (edition_beyond(e, &at)) {
		reply_text(x, 400, REPLY_PUBLIC,
		    "That is too far ahead of the playlist.", NULL);
	} else if (at.msn < e->first && !e->ended) {
		reply_text(x, 404, REPLY_PUBLIC,
		    "That is no longer in the playlist.", NULL);
	} else {
		end =
		    wait_for(x, p->gate, &e, WAIT_TARGETS * 1000 * e->target_s,
			reaches, &at, sizeof(at));
		if (end == WAIT_OVER)
			send_edition(x, r, e);
		else
			in_vain(x, end);
	}
	edition_drop(&e);
}

/* The playlist of V, which is live, that R asks for. */
static void
live_playlist(struct exchange *x, const struct route *r, const struct view *v)
{
	const struct view_playlist *p =
	    r->kind == ROUTE_PLAYLIST ? view_track(v, r->track) : NULL;

	if (p != NULL && r->has_msn)
		reload(x, r, p);
	else if (p != NULL)
		send_edition(x, r, p->edition);
	else if (r->kind == ROUTE_MANIFEST && v->manifest != NULL)
		reply_blob(x, v->manifest, manifest_type, live_caching);
	else if (r->kind != ROUTE_MULTIVARIANT || v->multivariant == NULL)
		nothing_to_play(x, v);
	else if (r->window_us > 0)
		send_multivariant(x, r, v);
	else
		reply_blob(x, v->multivariant, playlist_type, live_caching);
}

void
stream_playlist(struct site *site, struct exchange *x, const struct route *r)
{
	struct view *v = shelf_get(site->shelf, r->channel);

	if (v != NULL && view_plays(v, r->broadcast))
		live_playlist(x, r, v);
	else if (v != NULL && v->broadcast[0] != '\0')
		vod_closed(site, x, r,
		    r->broadcast[0] != '\0' ? r->broadcast : v->broadcast);
	else
		nothing_to_play(x, v);
	view_drop(&v);
}

/* What of a segment is asked for. */
struct wanted {
	uint64_t msn;
	struct range range;
	bool growing; /* all of it, also while it grows, as it comes */
};

/* The part of W's segment that begins where W does, or NULL. */
static const struct part *
part_at(const struct edition *e, const struct wanted *w)
{
	for (size_t i = 0; i < e->files; i++)
		if (e->part[i].msn == w->msn &&
		    e->part[i].offset == w->range.first)
			return &e->part[i];
	return NULL;
}

/* True when what W asks for can be read. */
static bool
is_there(const struct edition *e, const void *arg)
{
	const struct wanted *w = arg;

	if (e->ended || e->growing_msn > w->msn)
		return true;
	for (size_t i = 0; w->growing && i < e->files; i++)
		if (e->part[i].msn == w->msn)
			return true;
	if (w->range.kind != RANGE_PART)
		return false;
	if (w->range.last == UINT64_MAX)
		return part_at(e, w) != NULL;
	for (size_t i = 0; i < e->files; i++)
		if (e->part[i].msn == w->msn &&
		    e->part[i].offset + e->part[i].bytes > w->range.last)
			return true;
	return false;
}

/*
 * Open the segment R asks for, whole or, with *GROWS, as far as it has grown.
 * It is renamed once, so whoever misses both finds it at the second look.
 */
static int
open_segment(
    struct site *site, const struct route *r, struct file *file, bool *grows)
{
	char growing[ROUTE_FILE_SIZE + sizeof(".tmp")];

	(void)snprintf(growing, sizeof(growing), "%s.tmp", r->file);
	for (int look = 0; look < 2; look++) {
		*grows = false;
		if (files_open(site->media, r->file, file) == 0)
			return 0;
		if (errno != ENOENT || !r->segment)
			return -1;
		*grows = true;
		if (files_open(site->media, growing, file) == 0)
			return 0;
		if (errno != ENOENT)
			return -1;
	}
	return -1;
}

static const char *
media_type(const struct route *r)
{
	return strncmp(r->track, "audio", 5) == 0 ? "audio/mp4" : "video/mp4";
}

/* Octets FIRST to LAST of FILE, of which more may come. */
static void
send_grown(struct exchange *x, const struct route *r, const struct file *file,
    uint64_t first, uint64_t last)
{
	char content_range[80];

	(void)snprintf(content_range, sizeof(content_range),
	    "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/*\r\n", first, last);
	reply_send(x, &(struct reply){.status = 206,
			  .fields = REPLY_PUBLIC,
			  .type = media_type(r),
			  .caching = growing_caching,
			  .extra = content_range,
			  .ranges = true,
			  .file = true,
			  .file_fd = file->fd,
			  .part_offset = first,
			  .part_bytes = last - first + 1});
}

static void
send_whole(struct exchange *x, const struct route *r, const struct file *file)
{
	files_send(x, file,
	    &(struct reply){.status = 200,
		.fields = REPLY_PUBLIC,
		.type = media_type(r),
		.caching = immutable});
}

static void
no_media(struct exchange *x)
{
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		no_room(x);
	else
		reply_text(
		    x, 404, REPLY_PUBLIC, "There is no such segment.", NULL);
}

/*
 * Send what W asks for of FILE, which GROWS or is whole.  A part that was
 * hinted at is sent as exactly that, whatever came since; but who asks for all
 * from the first octet on means the file.
 */
static void
send_wanted(struct exchange *x, const struct route *r, const struct edition *e,
    const struct wanted *w, const struct file *file, bool grows)
{
	const struct part *part = NULL;
	uint64_t last = w->range.last;

	if (w->range.kind == RANGE_PART && last == UINT64_MAX &&
	    (grows || w->range.first > 0) && e != NULL)
		part = part_at(e, w);
	if (part != NULL)
		last = part->offset + part->bytes - 1;
	if (w->range.kind == RANGE_PART && last < file->bytes &&
	    (grows || part != NULL))
		send_grown(x, r, file, w->range.first, last);
	else if (!grows)
		send_whole(x, r, file);
	else
		reply_text(
		    x, 404, REPLY_PUBLIC, "The segment never ended.", NULL);
}

/* Send what W asks for, which is there now, or begins to be. */
static void
open_and_send(struct site *site, struct exchange *x, const struct route *r,
    const struct wanted *w, struct gate *g, struct edition **e)
{
	struct file file;
	bool grows;

	if (open_segment(site, r, &file, &grows) == -1) {
		no_media(x);
		return;
	}
	if (grows && w->growing && !(*e)->ended && (*e)->growing_msn <= w->msn)
		trickle(site, x, r, g, e, &file,
		    &(struct reply){.status = 200,
			.fields = REPLY_PUBLIC,
			.type = media_type(r),
			.caching = growing_caching,
			.chunked = true});
	else
		send_wanted(x, r, *e, w, &file, grows);
	files_close(&file);
}

/* Wait for what W asks of a segment that grows, or is about to. */
static void
await_media(struct site *site, struct exchange *x, const struct route *r,
    const struct wanted *w, struct gate *g, struct edition **e)
{
	enum wait_end end;

	/* Behind a cache another edge may have told of the next one already. */
	if (*e == NULL || !(*e)->low_latency ||
	    w->msn > (*e)->growing_msn + 1) {
		errno = ENOENT;
		no_media(x);
		return;
	}
	end = wait_for(x, g, e, WAIT_TARGETS * 1000 * (*e)->target_s, is_there,
	    w, sizeof(*w));
	if (end == WAIT_OVER)
		open_and_send(site, x, r, w, g, e);
	else
		in_vain(x, end);
}

/* Answer what takes knowing more than the file, which is WHOLE or, NULL, not.
 */
static void
look_up(struct site *site, struct exchange *x, const struct route *r,
    const struct wanted *w, const struct file *whole)
{
	struct gate *g = shelf_gate(site->shelf, r->broadcast, r->track);
	struct edition *e = g != NULL ? gate_now(g) : NULL;

	if (whole != NULL)
		send_wanted(x, r, e, w, whole, false);
	else
		await_media(site, x, r, w, g, &e);
	edition_drop(&e);
	gate_drop(&g);
}

/* Go on with a segment that is sent while it grows. */
static void
trickle_on(struct site *site, struct exchange *x, const struct route *r)
{
	struct gate *g = shelf_gate(site->shelf, r->broadcast, r->track);
	struct edition *e = g != NULL ? gate_now(g) : NULL;
	struct file file;
	bool grows;

	if (e != NULL && open_segment(site, r, &file, &grows) == 0) {
		trickle(site, x, r, g, &e, &file, NULL);
		files_close(&file);
	} else {
		trickle_cut(x);
	}
	edition_drop(&e);
	gate_drop(&g);
}

void
stream_media(struct site *site, struct exchange *x, const struct route *r)
{
	struct wanted w = {.msn = r->msn};
	struct file file;
	bool grows = false;

	if (x->trickle.on) {
		trickle_on(site, x, r);
		return;
	}
	if (x->head->method == METHOD_GET && x->head->if_range.len == 0)
		w.range = range_growing(x->head->range);
	w.growing = x->head->method == METHOD_GET && !x->head->http_1_0 &&
		    x->head->range.len == 0;
	if (open_segment(site, r, &file, &grows) == -1) {
		if (errno == ENOENT && r->segment)
			look_up(site, x, r, &w, NULL);
		else
			no_media(x);
		return;
	}
	/* What is there at once is most of what is asked for. */
	if (w.range.kind == RANGE_PART && w.range.last < file.bytes && grows)
		send_grown(x, r, &file, w.range.first, w.range.last);
	else if (grows)
		look_up(site, x, r, &w, NULL);
	else if (r->segment && w.range.kind == RANGE_PART &&
		 w.range.first > 0 && w.range.last == UINT64_MAX)
		look_up(site, x, r, &w, &file);
	else
		send_whole(x, r, &file);
	files_close(&file);
}
