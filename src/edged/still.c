#include "still.h"

#include <errno.h>
#include <stdio.h>

/* The next one of what is live is ten seconds away. */
static const char live_caching[] = "public, max-age=5";
/* Retention may take a recording away, and a poster comes behind its end. */
static const char closed_caching[] = "public, max-age=60";
static const char immutable[] = "public, max-age=31536000, immutable";

static void
none(struct exchange *x)
{
	reply_text(x, 404, REPLY_PUBLIC, "There is no such picture.", NULL);
}

static void
send_file(struct exchange *x, const struct file *file, const char *type,
    const char *caching)
{
	const struct reply r = {.status = 200,
	    .fields = REPLY_PUBLIC,
	    .type = type,
	    .caching = caching};

	files_send(x, file, &r);
}

/*
 * The picture of BROADCAST that is called NAME, with the ending that R says.
 * False when it is not there.
 */
static bool
open_still(struct site *site, const struct route *r, const char *broadcast,
    const char *name, struct file *file)
{
	char path[ROUTE_FILE_SIZE];

	(void)snprintf(
	    path, sizeof(path), "%s/thumb/%s.%.8s", broadcast, name, r->file);
	return files_open(site->media, path, file) == 0;
}

static void
send_still(struct site *site, struct exchange *x, const struct route *r,
    const char *broadcast, bool live)
{
	const char *type = files_type(r->file[0] == 'w' ? ".webp" : ".jpg");
	struct file file;

	/* One that ended has its poster soon. */
	if ((!live && open_still(site, r, broadcast, "poster", &file)) ||
	    open_still(site, r, broadcast, "live", &file)) {
		send_file(x, &file, type, live ? live_caching : closed_caching);
		files_close(&file);
	} else {
		none(x);
	}
}

static void
live_thumb(struct site *site, struct exchange *x, const struct route *r)
{
	struct view *v = shelf_get(site->shelf, r->channel);

	if (v != NULL && v->broadcast[0] != '\0')
		send_still(site, x, r, v->broadcast, v->live);
	else
		none(x);
	view_drop(&v);
}

static void
vod_thumb(struct site *site, struct exchange *x, const struct route *r)
{
	struct recording_state s;

	if (catalog_get(site->catalog, r->broadcast, &s))
		send_still(site, x, r, s.broadcast, s.ended_us == 0);
	else
		none(x);
}

static void
storyboard(struct site *site, struct exchange *x, const struct route *r)
{
	struct recording *rec = NULL;
	struct recording_state s;
	struct blob *blob = NULL;
	struct buf b;

	buf_init(&b, GALLERY_MAX_BYTES);
	if (catalog_get(site->catalog, r->broadcast, &s))
		rec = library_get(site->library, &s, false);
	if (rec != NULL && recording_storyboard(rec) &&
	    gallery_vtt(&recording_broadcast(rec)->gallery, r->broadcast,
		recording_duration_us(rec), &b) == 0)
		blob = blob_make(buf_str(&b));
	if (blob != NULL)
		reply_blob(x, blob, "text/vtt; charset=utf-8", closed_caching);
	else
		none(x);
	blob_drop(&blob);
	recording_drop(&rec);
	buf_fini(&b);
}

static void
sheet(struct site *site, struct exchange *x, const struct route *r)
{
	struct file file;

	if (files_open(site->media, r->file, &file) == -1) {
		none(x);
		return;
	}
	send_file(x, &file, files_type(r->file), immutable);
	files_close(&file);
}

void
still_answer(struct site *site, struct exchange *x, const struct route *r)
{
	if (r->kind == ROUTE_LIVE_THUMB)
		live_thumb(site, x, r);
	else if (r->kind == ROUTE_VOD_THUMB)
		vod_thumb(site, x, r);
	else if (r->kind == ROUTE_VOD_STORYBOARD)
		storyboard(site, x, r);
	else
		sheet(site, x, r);
}
