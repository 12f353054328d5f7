#include "multivariant.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A player begins with no more, unless there is nothing less. */
enum { START_BPS = 3000000 };

struct rates {
	uint64_t peak_bps, average_bps;
};

/* Sounds of which a player takes one. */
struct group {
	const struct track *member[BROADCAST_MAX_TRACKS];
	size_t members;
	struct rates rates; /* the highest of any */
};

struct draft {
	struct buf *out;
	const char *query;
	const struct track *picture[BROADCAST_MAX_TRACKS]; /* the best first */
	size_t pictures;
	struct group group[BROADCAST_MAX_TRACKS];
	size_t groups;
	bool scored; /* codecs differ, so that rates do not tell what is best */
};

static void
rates_raise(struct rates *r, const struct track *t)
{
	uint64_t ms = t->total_us / 1000;
	uint64_t average = ms > 0 ? t->total_bytes * 8 / ms * 1000 : 0;

	if (t->peak_bps > r->peak_bps)
		r->peak_bps = t->peak_bps;
	if (average > r->average_bps)
		r->average_bps = average;
}

/* Of one family decoders can go from one track to the other. */
static bool
same_family(const struct track *t, const struct track *u)
{
	return track_state_alike(&t->state, &u->state);
}

/* What codecs make of a bit, by their families; those of others as little. */
static int
strength(const struct track *t)
{
	static const char *const weaker[] = {
	    "avc1", "avc3", "vp08", "vp09", "hvc1", "hev1", "av01"};
	int n = sizeof(weaker) / sizeof(weaker[0]);

	while (n > 0 && strncmp(t->state.codecs, weaker[n - 1], 4) != 0)
		n--;
	return n;
}

static int
falling(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

/* The better picture first. */
static int
compare(const void *a, const void *b)
{
	const struct track *t = *(const struct track *const *)a;
	const struct track *u = *(const struct track *const *)b;
	int c = falling(t->state.height, u->state.height);

	if (c == 0)
		c = falling(t->state.frame_rate_mhz, u->state.frame_rate_mhz);
	if (c == 0)
		c = strength(u) - strength(t);
	if (c == 0)
		c = falling(t->peak_bps, u->peak_bps);
	return c != 0 ? c : strcmp(t->state.name, u->state.name);
}

static void
sort_pictures(struct draft *d, const struct broadcast *b)
{
	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];

		if (t->state.video && broadcast_offers(b, t))
			d->picture[d->pictures++] = t;
	}
	qsort(d->picture, d->pictures, sizeof(struct track *), compare);
	for (size_t i = 1; i < d->pictures; i++)
		d->scored |= !same_family(d->picture[0], d->picture[i]);
}

/* T's group: that of its codec's family, or any when ALL are one. */
static struct group *
group_of(struct draft *d, const struct track *t, bool all)
{
	size_t i = 0;

	while (i < d->groups && !all && !same_family(d->group[i].member[0], t))
		i++;
	d->groups += i == d->groups;
	return &d->group[i];
}

static void
group_sounds(struct draft *d, const struct broadcast *b, bool all)
{
	memset(d->group, 0, sizeof(d->group));
	d->groups = 0;
	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];
		struct group *g;

		if (t->state.video || t->segments == 0)
			continue;
		g = group_of(d, t, all);
		g->member[g->members++] = t;
		rates_raise(&g->rates, t);
	}
}

static bool
even(const struct draft *d)
{
	for (size_t i = 1; i < d->groups; i++)
		if (d->group[i].members != d->group[0].members)
			return false;
	return true;
}

/* "audio", "audio2" and so on. */
static void
put_ordinal(struct buf *out, const char *name, size_t i)
{
	(void)buf_printf(out, "%s=\"audio", name);
	if (i > 0)
		(void)buf_printf(out, "%zu", i + 1);
	(void)buf_puts(out, "\"");
}

static void
put_rendition(struct draft *d, size_t group, size_t i)
{
	const struct track *t = d->group[group].member[i];

	(void)buf_puts(d->out, "#EXT-X-MEDIA:TYPE=AUDIO");
	put_ordinal(d->out, ",GROUP-ID", group);
	/* In each group the same one has the same name. */
	put_ordinal(d->out, ",NAME", i);
	(void)buf_printf(
	    d->out, ",DEFAULT=%s,AUTOSELECT=YES", i == 0 ? "YES" : "NO");
	if (t->state.channels > 0)
		(void)buf_printf(d->out, ",CHANNELS=\"%u\"", t->state.channels);
	(void)buf_printf(
	    d->out, ",URI=\"%s/index.m3u8%s\"\n", t->state.name, d->query);
}

/* Is the codec of G's member I that of one before it? */
static bool
codec_before(const struct group *g, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(g->member[j]->state.codecs,
			g->member[i]->state.codecs) == 0)
			return true;
	return false;
}

/* Every codec that any combination needs (4.3.4.2), once. */
static void
put_codecs(struct buf *out, const struct track *t, const struct group *g)
{
	const char *comma = "";

	(void)buf_puts(out, ",CODECS=\"");
	if (t->state.video || g == NULL) {
		(void)buf_puts(out, t->state.codecs);
		comma = ",";
	}
	for (size_t i = 0; g != NULL && i < g->members; i++) {
		if (codec_before(g, i))
			continue;
		(void)buf_printf(
		    out, "%s%s", comma, g->member[i]->state.codecs);
		comma = ",";
	}
	(void)buf_puts(out, "\"");
}

/* What T and a sound of G want together; T may be one of them. */
static struct rates
rates_of(const struct track *t, const struct group *g)
{
	struct rates r = {0, 0};

	if (t->state.video || g == NULL)
		rates_raise(&r, t);
	if (g != NULL) {
		r.peak_bps += g->rates.peak_bps;
		r.average_bps += g->rates.average_bps;
	}
	if (r.average_bps > r.peak_bps)
		r.peak_bps = r.average_bps;
	/* A bandwidth of 0 would divide by zero in some players. */
	r.peak_bps = r.peak_bps > 0 ? r.peak_bps : 1;
	r.average_bps = r.average_bps > 0 ? r.average_bps : 1;
	return r;
}

/* What the absence of says SDR (bis 4.4.6.2). */
static void
put_range(struct buf *out, unsigned transfer)
{
	if (transfer == TRACK_PQ)
		(void)buf_puts(out, ",VIDEO-RANGE=PQ");
	else if (transfer == TRACK_HLG)
		(void)buf_puts(out, ",VIDEO-RANGE=HLG");
}

/* T with the sounds of GROUP, if there is one; SCORE 0: there is none. */
static void
put_variant(struct draft *d, const struct track *t, size_t group, size_t score)
{
	const struct group *g = group < d->groups ? &d->group[group] : NULL;
	struct rates r = rates_of(t, g);

	(void)buf_printf(d->out,
	    "#EXT-X-STREAM-INF:BANDWIDTH=%" PRIu64
	    ",AVERAGE-BANDWIDTH=%" PRIu64,
	    r.peak_bps, r.average_bps);
	if (score > 0)
		(void)buf_printf(d->out, ",SCORE=%zu", score);
	put_codecs(d->out, t, g);
	if (t->state.width > 0 && t->state.height > 0)
		(void)buf_printf(d->out, ",RESOLUTION=%ux%u", t->state.width,
		    t->state.height);
	if (t->state.frame_rate_mhz > 0)
		(void)buf_printf(d->out, ",FRAME-RATE=%u.%03u",
		    t->state.frame_rate_mhz / 1000,
		    t->state.frame_rate_mhz % 1000);
	put_range(d->out, t->state.transfer);
	if (g != NULL)
		put_ordinal(d->out, ",AUDIO", group);
	(void)buf_printf(
	    d->out, "\n%s/index.m3u8%s\n", t->state.name, d->query);
}

/* The picture that players begin with. */
static size_t
start_of(const struct draft *d)
{
	const struct group *g = d->groups > 0 ? &d->group[0] : NULL;

	for (size_t i = 0; i < d->pictures; i++)
		if (strncmp(d->picture[i]->state.codecs, "avc", 3) == 0 &&
		    rates_of(d->picture[i], g).peak_bps <= START_BPS)
			return i;
	return d->pictures - 1;
}

/* Picture I with each group of sounds. */
static void
put_picture(struct draft *d, size_t i)
{
	size_t score = d->scored ? d->pictures - i + 1 : 0;

	for (size_t k = 0; k == 0 || k < d->groups; k++)
		put_variant(d, d->picture[i], k, score);
}

static void
put_pictures(struct draft *d)
{
	size_t start = start_of(d);

	for (size_t k = 0; k < d->groups; k++)
		for (size_t i = 0; i < d->group[k].members; i++)
			put_rendition(d, k, i);
	put_picture(d, start);
	for (size_t i = 0; i < d->pictures; i++)
		if (i != start)
			put_picture(d, i);
	for (size_t k = 0; k < d->groups; k++)
		put_variant(d, d->group[k].member[0], k, d->scored ? 1 : 0);
}

int
multivariant_put(const struct broadcast *b, const char *query, struct buf *out)
{
	struct draft d = {.out = out, .query = query};
	bool dependent = false;

	for (size_t i = 0; i < b->tracks; i++)
		dependent |= b->track[i].dependent;
	(void)buf_puts(out, "#EXTM3U\n#EXT-X-VERSION:7\n");
	if (!dependent)
		(void)buf_puts(out, "#EXT-X-INDEPENDENT-SEGMENTS\n");
	sort_pictures(&d, b);
	group_sounds(&d, b, false);
	if (!even(&d))
		group_sounds(&d, b, true);
	if (d.pictures > 0) {
		put_pictures(&d);
		return out->failed ? -1 : 0;
	}
	/* Without pictures each sound is a variant. */
	for (size_t i = 0; i < b->tracks; i++)
		if (b->track[i].segments > 0)
			put_variant(&d, &b->track[i], BROADCAST_MAX_TRACKS, 0);
	return out->failed ? -1 : 0;
}
