#include "gallery.h"

#include <inttypes.h>

enum { MAX_SIDE = 4096 };

static bool
sound(const struct StoryboardMade *m)
{
	return m->pictures > 0 && m->pictures <= GALLERY_MAX_PICTURES &&
	       m->interval_us > 0 && m->width > 0 && m->height > 0 &&
	       m->columns > 0 && m->rows > 0 &&
	       m->width * m->columns <= MAX_SIDE &&
	       m->height * m->rows <= MAX_SIDE &&
	       (str_eqz(m->form, "webp") || str_eqz(m->form, "jpg"));
}

void
gallery_apply(struct gallery *g, const struct event *e)
{
	struct ThumbnailMade thumb;
	struct StoryboardMade m;

	if (e->type == EVENT_ThumbnailMade &&
	    EVENT_GET(e, ThumbnailMade, &thumb) == 0)
		g->thumb = thumb.webp ? THUMB_WEBP : THUMB_JPEG;
	if (e->type != EVENT_StoryboardMade ||
	    EVENT_GET(e, StoryboardMade, &m) == -1)
		return;
	g->pictures = 0;
	if (!sound(&m))
		return;
	g->pictures = m.pictures;
	g->interval_us = m.interval_us;
	g->width = (unsigned)m.width;
	g->height = (unsigned)m.height;
	g->columns = (unsigned)m.columns;
	g->rows = (unsigned)m.rows;
	(void)str_copy(g->form, sizeof(g->form), m.form);
}

/* T_US as WebVTT has it (its section 3.1): hours, then thousandths. */
static void
put_time(struct buf *out, uint64_t t_us)
{
	uint64_t ms = t_us / 1000;

	(void)buf_printf(out,
	    "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%03" PRIu64,
	    ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

int
gallery_vtt(const struct gallery *g, const char *broadcast, uint64_t length_us,
    struct buf *out)
{
	uint64_t sheet = (uint64_t)g->columns * g->rows;

	(void)buf_puts(out, "WEBVTT\n");
	for (uint64_t i = 0; i < g->pictures; i++) {
		uint64_t from_us = i * g->interval_us;
		uint64_t to_us = from_us + g->interval_us;
		uint64_t at = i % sheet;

		if (to_us > length_us && length_us > from_us)
			to_us = length_us;
		(void)buf_puts(out, "\n");
		put_time(out, from_us);
		(void)buf_puts(out, " --> ");
		put_time(out, to_us);
		(void)buf_printf(out,
		    "\n/media/%s/thumb/board-%" PRIu64 ".%s#xywh=%" PRIu64
		    ",%" PRIu64 ",%u,%u\n",
		    broadcast, i / sheet, g->form, at % g->columns * g->width,
		    at / g->columns * g->height, g->width, g->height);
	}
	return out->failed ? -1 : 0;
}
