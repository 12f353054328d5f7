#include "bundle.h"

#include "file.h"
#include "xml.h"

#include <stdio.h>
#include <string.h>

enum {
	PAGE_MAX_BYTES = 256 * 1024,
	PATH_SIZE = NAME_SIZE + 32,
	HOST_SIZE = 256,
	LINK_SIZE = PATH_SIZE + HOST_SIZE + 16
};

static const char immutable[] = "public, max-age=31536000, immutable";

static const char no_pages[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<title>weir</title><h1>The pages are not built</h1>"
    "<p>weir-edged serves streams and the API, but found no index.html in "
    "the folder that WEIR_WWW names. <code>make</code> builds it.</p>\n";

/* What a link to a page is shown as. */
struct card {
	const char *title;
	char path[PATH_SIZE], image[PATH_SIZE]; /* image: "" for none */
};

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

void
bundle_page(struct site *site, struct exchange *x, const struct route *route,
    unsigned status)
{
	struct reply r = {.status = status,
	    .fields = REPLY_PAGE,
	    .type = "text/html; charset=utf-8",
	    .caching = "no-cache"};
	struct file file;

	(void)route;
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
put_meta(struct buf *b, const char *property, const char *content)
{
	(void)buf_puts(b, "<meta");
	xml_text(b, "property", property);
	xml_text(b, "content", content);
	(void)buf_puts(b, " />");
}

/* PATH as X's client reaches it, into DST: links in cards are whole ones. */
static void
whole_link(char dst[LINK_SIZE], const struct exchange *x, const char *path)
{
	const struct head *h = x->head;

	if (h->host.len > 0 && h->host.len < HOST_SIZE)
		(void)snprintf(dst, LINK_SIZE, "%s://%.*s%s",
		    str_eqz(h->forwarded_proto, "https") ? "https" : "http",
		    STRF(h->host), path);
	else
		(void)snprintf(dst, LINK_SIZE, "%s", path);
}

static void
put_card(struct buf *b, const struct exchange *x, const struct card *c)
{
	char link[LINK_SIZE];

	put_meta(b, "og:site_name", "weir");
	put_meta(b, "og:type", "video.other");
	put_meta(b, "og:title", c->title);
	whole_link(link, x, c->path);
	put_meta(b, "og:url", link);
	if (c->image[0] == '\0')
		return;
	whole_link(link, x, c->image);
	put_meta(b, "og:image", link);
	put_meta(b, "twitter:card", "summary_large_image");
}

/* The app with C in its head, into OUT.  0, or -1. */
static int
fill_in(struct site *site, const struct exchange *x, const struct card *c,
    struct buf *out)
{
	static const char end[] = "</head>";
	const char *at = NULL;
	struct file file;
	struct buf page;
	int rc = -1;

	if (files_open(site->www, "index.html", &file) == -1)
		return -1;
	buf_init(&page, PAGE_MAX_BYTES);
	if (file_read(file.fd, &page) == 0 && page.len > 0)
		at = memmem(page.p, page.len, end, sizeof(end) - 1);
	if (at != NULL) {
		size_t n = (size_t)(at - (const char *)page.p);

		(void)buf_put(out, page.p, n);
		put_card(out, x, c);
		rc = buf_put(out, at, page.len - n);
	}
	buf_fini(&page);
	files_close(&file);
	return rc;
}

/* The app, with C; or without, where that cannot be. */
static void
send_card(struct site *site, struct exchange *x, const struct route *r,
    const struct card *c)
{
	struct blob *blob = NULL, *packed;
	struct buf b;

	buf_init(&b, 2 * PAGE_MAX_BYTES);
	if (fill_in(site, x, c, &b) == 0)
		blob = blob_make(buf_str(&b));
	buf_fini(&b);
	if (blob == NULL) {
		bundle_page(site, x, r, 200);
		return;
	}
	packed = x->head->gzip ? blob_gzip(blob) : NULL;
	reply_send(x, &(struct reply){.status = 200,
			  .fields = REPLY_PAGE,
			  .type = "text/html; charset=utf-8",
			  .caching = "no-cache",
			  .coding = packed != NULL ? "gzip" : "",
			  .etag = packed != NULL ? packed->etag : blob->etag,
			  .body = blob_str(packed != NULL ? packed : blob)});
	blob_drop(&blob);
}

void
bundle_channel(struct site *site, struct exchange *x, const struct route *r)
{
	struct view *v = shelf_get(site->shelf, r->channel);
	struct card c;

	if (v == NULL) {
		bundle_page(site, x, r, 404);
		return;
	}
	c = (struct card){.title = v->title[0] != '\0' ? v->title : v->channel};
	(void)snprintf(c.path, sizeof(c.path), "/@%s", v->channel);
	if (v->thumb)
		(void)snprintf(
		    c.image, sizeof(c.image), "/live/%s/thumb.jpg", v->channel);
	send_card(site, x, r, &c);
	view_drop(&v);
}

/* A recording's picture, if weir-thumb made one. */
static void
find_image(struct site *site, const char *broadcast, struct card *c)
{
	static const char *const name[] = {"poster", "live"};
	char path[ROUTE_FILE_SIZE];
	struct file file;

	for (size_t i = 0; i < 2 && c->image[0] == '\0'; i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/thumb/%s.jpg", broadcast, name[i]);
		if (files_open(site->media, path, &file) == -1)
			continue;
		files_close(&file);
		(void)snprintf(
		    c->image, sizeof(c->image), "/vod/%s/thumb.jpg", broadcast);
	}
}

void
bundle_vod(struct site *site, struct exchange *x, const struct route *r)
{
	struct recording_state s;
	struct card c;

	if (!catalog_get(site->catalog, r->broadcast, &s)) {
		bundle_page(site, x, r, 404);
		return;
	}
	c = (struct card){.title = s.title[0] != '\0' ? s.title : s.channel};
	(void)snprintf(c.path, sizeof(c.path), "/vod/%s", s.broadcast);
	find_image(site, s.broadcast, &c);
	send_card(site, x, r, &c);
}

void
bundle_clip(struct site *site, struct exchange *x, const struct route *r)
{
	struct clip_state s;
	struct card c;

	if (!clips_get(site->clips, r->clip, &s)) {
		bundle_page(site, x, r, 404);
		return;
	}
	c = (struct card){.title = s.title[0] != '\0' ? s.title : s.channel};
	(void)snprintf(c.path, sizeof(c.path), "/clip/%s", s.clip);
	find_image(site, s.broadcast, &c);
	send_card(site, x, r, &c);
}

void
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
