#ifndef TRANSCODE_PLAN_H
#define TRANSCODE_PLAN_H

#include "settings.h"

#include <libavutil/frame.h>

/* What comes of the ladder for frames of a certain kind. */
struct plan {
	/* Of the frames: another one of these, another plan. */
	int width, height, format, sar_num, sar_den;
	unsigned turn;
	bool hdr;
	/* The outcome. */
	bool source; /* the source goes out, as it is */
	size_t rungs;
	struct rendition rung[LADDER_MAX_RUNGS];
};

/* The plan for frames like F, of track T. */
void plan_make(struct plan *p, const struct settings *set,
    const struct media_track *t, const AVFrame *f);

/* Frames like F are what P was made for. */
bool plan_fits(
    const struct plan *p, const struct settings *set, const AVFrame *f);

#endif
