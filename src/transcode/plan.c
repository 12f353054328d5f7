#include "plan.h"
#include "prepare.h"

#include <libavutil/pixdesc.h>

/* 8 bits, 4:2:0: what every browser's H.264 decoder takes. */
static bool
simple(const AVFrame *f)
{
	return f->format == AV_PIX_FMT_YUV420P ||
	       f->format == AV_PIX_FMT_YUVJ420P;
}

/* 4:2:0 of 8 or 10 bits: what browsers that know a newer codec take. */
static bool
usual(const AVFrame *f)
{
	return simple(f) || f->format == AV_PIX_FMT_YUV420P10;
}

void
plan_make(struct plan *p, const struct settings *set,
    const struct media_track *t, const AVFrame *f)
{
	struct ladder_picture picture = {.width = (unsigned)f->width,
	    .height = (unsigned)f->height,
	    .frame_rate_mhz = t->frame_rate_mhz};
	bool h264 = t->codec == MEDIA_H264;

	*p = (struct plan){.width = f->width,
	    .height = f->height,
	    .format = f->format,
	    .sar_num = f->sample_aspect_ratio.num,
	    .sar_den = f->sample_aspect_ratio.den,
	    .turn = prepare_turn(f, set->rotate),
	    .hdr = prepare_hdr(f)};
	if (p->turn % 180 != 0) {
		picture.width = (unsigned)f->height;
		picture.height = (unsigned)f->width;
	}
	picture.plays = h264 && simple(f) && !p->hdr && p->turn == 0;
	p->source = set->ladder.source &&
		    (picture.plays || (!h264 && usual(f) && p->turn == 0));
	p->rungs = ladder_plan(&set->ladder, &picture, p->rung);
}

bool
plan_fits(const struct plan *p, const struct settings *set, const AVFrame *f)
{
	return p->width == f->width && p->height == f->height &&
	       p->format == f->format &&
	       p->sar_num == f->sample_aspect_ratio.num &&
	       p->sar_den == f->sample_aspect_ratio.den &&
	       p->hdr == prepare_hdr(f) &&
	       p->turn == prepare_turn(f, set->rotate);
}
