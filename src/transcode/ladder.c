#include "ladder.h"
#include "bitrate.h"
#include "num.h"
#include "str.h"

#include <string.h>

enum { MIN_KBIT = 16, MAX_KBIT = 200000, MAX_WORD = 24 };

/* "720p" or "720p:2500". */
static int
parse_step(struct ladder *l, char *word, const char **why)
{
	char *rate = strchr(word, ':');
	uint64_t side, kbit = 0;
	size_t n;

	if (rate != NULL) {
		*rate++ = '\0';
		if (num_parse(rate, MIN_KBIT, MAX_KBIT, &kbit) == -1) {
			*why = "want 16 to 200000 kbit/s behind the colon";
			return -1;
		}
	}
	n = strlen(word);
	if (n < 2 || word[n - 1] != 'p') {
		*why = "want source, audio, and sizes as 720p or 720p:2500, "
		       "with commas between";
		return -1;
	}
	word[n - 1] = '\0';
	if (num_parse(word, LADDER_MIN_SIDE, LADDER_MAX_SIDE, &side) == -1) {
		*why = "want sizes from 16p to 4320p";
		return -1;
	}
	if (l->steps == LADDER_MAX_STEPS) {
		*why = "want at most 7 sizes";
		return -1;
	}
	l->step[l->steps].side = (unsigned)side;
	l->step[l->steps++].kbit = (unsigned)kbit;
	return 0;
}

static int
sort_steps(struct ladder *l, const char **why)
{
	for (size_t i = 1; i < l->steps; i++)
		for (size_t j = i; j > 0; j--) {
			struct ladder whole = *l;

			if (l->step[j].side == l->step[j - 1].side) {
				*why = "want each size once";
				return -1;
			}
			if (l->step[j].side < l->step[j - 1].side)
				break;
			l->step[j] = whole.step[j - 1];
			l->step[j - 1] = whole.step[j];
		}
	return 0;
}

int
ladder_parse(struct ladder *l, const char *text, const char **why)
{
	const char *p = text;
	bool audio = false;

	*l = (struct ladder){0};
	for (;;) {
		const char *end = p + strcspn(p, ",");
		struct str s = {p, (size_t)(end - p)};
		char word[MAX_WORD];

		if (str_eqz(s, "source")) {
			l->source = true;
		} else if (str_eqz(s, "audio")) {
			audio = true;
		} else {
			if (str_copy(word, sizeof(word), s) == -1)
				word[0] = '\0';
			if (parse_step(l, word, why) == -1)
				return -1;
		}
		if (*end == '\0')
			break;
		p = end + 1;
	}
	l->pictures = l->source || l->steps > 0;
	if (!l->pictures && !audio) {
		*why = "want at least one rung";
		return -1;
	}
	return sort_steps(l, why);
}

/* Encoders want even sides, 4:2:0 does as well. */
static unsigned
even(unsigned v)
{
	return v < 2 ? 2 : v & ~1u;
}

static void
add(struct rendition *r, const struct ladder_picture *p, unsigned width,
    unsigned height, unsigned kbit)
{
	r->width = even(width);
	r->height = even(height);
	r->rate = kbit > 0 ? (uint64_t)kbit * 1000
			   : bitrate_of(r->width, r->height, p->frame_rate_mhz);
	/* Players measure a second or so: what they may have to take in it. */
	r->max = r->rate + r->rate / 4;
	r->buffer = r->max;
}

size_t
ladder_plan(const struct ladder *l, const struct ladder_picture *p,
    struct rendition out[LADDER_MAX_RUNGS])
{
	bool upright = p->height > p->width;
	unsigned shorter = upright ? p->width : p->height;
	unsigned longer = upright ? p->height : p->width;
	size_t n = 0;
	bool whole = l->source && p->plays;

	if (!l->pictures)
		return 0;
	if (l->source && !p->plays) {
		add(&out[n++], p, p->width, p->height, 0);
		whole = true;
	}
	for (size_t i = 0; i < l->steps; i++) {
		unsigned side = l->step[i].side, other;

		/* What is larger or as large is there, or made here once. */
		if (side >= shorter) {
			if (side == shorter && !whole) {
				add(&out[n++], p, p->width, p->height,
				    l->step[i].kbit);
				whole = true;
			}
			continue;
		}
		other = (unsigned)(((uint64_t)longer * side + shorter) /
				   ((uint64_t)2 * shorter)) *
			2;
		add(&out[n++], p, upright ? side : other,
		    upright ? other : side, l->step[i].kbit);
	}
	if (n == 0 && !whole)
		add(&out[n++], p, p->width, p->height, 0);
	return n;
}
