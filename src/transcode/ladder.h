#ifndef TRANSCODE_LADDER_H
#define TRANSCODE_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which renditions there are to be: what the operator wants, and what comes
 * of it for a picture of a certain size.  A rung is named by the shorter side
 * of its picture, so that "720p" is 1280x720 and, held upright, 720x1280.
 */

/* One more than what can be asked for: the source, encoded again. */
enum { LADDER_MAX_STEPS = 7, LADDER_MAX_RUNGS = LADDER_MAX_STEPS + 1 };
enum { LADDER_MIN_SIDE = 16, LADDER_MAX_SIDE = 4320 };

struct ladder {
	bool source;   /* the source goes out too, as it is where that plays */
	bool pictures; /* false: sound alone */
	size_t steps;
	struct {
		unsigned side; /* pixels; falling */
		unsigned kbit; /* a second; 0: by the table */
	} step[LADDER_MAX_STEPS];
};

/*
 * Parse "source,720p,480p:900,audio".  0, or -1 with *WHY a sentence's end
 * for people and *L undefined.
 */
int ladder_parse(struct ladder *l, const char *text, const char **why);

/* A picture as it is to be shown, turned upright. */
struct ladder_picture {
	unsigned width, height; /* pixels */
	unsigned frame_rate_mhz;
	bool plays; /* in every browser, as it is */
};

struct rendition {
	unsigned width, height;     /* pixels, even */
	uint64_t rate, max, buffer; /* bits a second; the same; bits */
};

/*
 * The renditions to encode, the largest first.  None is larger than the
 * picture; one is as large where the source does not play everywhere, or
 * where nothing else would be left.  Returns how many.
 */
size_t ladder_plan(const struct ladder *l, const struct ladder_picture *p,
    struct rendition out[LADDER_MAX_RUNGS]);

#endif
