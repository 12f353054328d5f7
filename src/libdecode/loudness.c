#include "loudness.h"
#include "decoder.h"

#include <errno.h>
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A sample at this is as loud as 16 bits can say. */
#define FULL_SCALE (32767.0 / 32768.0)

struct loudness {
	struct decoder *decoder;
	double squares, peak;
	uint64_t samples, clipped; /* of all channels */
	uint64_t heard_us;
	/* Of the point of the curve that is being made. */
	double step_squares;
	uint64_t step_samples, step_us;
	uint8_t curve[LOUDNESS_CURVE];
	size_t points;
};

struct loudness *
loudness_open(const struct media_track *t)
{
	struct loudness *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	if ((l->decoder = decoder_open(t)) == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

void
loudness_close(struct loudness *l)
{
	if (l == NULL)
		return;
	decoder_close(l->decoder);
	free(l);
}

static uint32_t
mdb_below(double value)
{
	double mdb = value > 0 ? -20000.0 * log10(value) : LOUDNESS_QUIET_MDB;

	if (!(mdb < LOUDNESS_QUIET_MDB))
		return LOUDNESS_QUIET_MDB;
	return mdb > 0 ? (uint32_t)(mdb + 0.5) : 0;
}

static double
rms(double squares, uint64_t samples)
{
	return samples > 0 ? sqrt(squares / (double)samples) : 0;
}

/* Sample I at P, from -1 to 1. */
static double
sample(const uint8_t *p, enum AVSampleFormat packed, size_t i)
{
	switch ((int)packed) {
	case AV_SAMPLE_FMT_U8:
		return ((double)p[i] - 128) / 128;
	case AV_SAMPLE_FMT_S16:
		return ((const int16_t *)(const void *)p)[i] / 32768.0;
	case AV_SAMPLE_FMT_S32:
		return ((const int32_t *)(const void *)p)[i] / 2147483648.0;
	case AV_SAMPLE_FMT_FLT:
		return (double)((const float *)(const void *)p)[i];
	case AV_SAMPLE_FMT_DBL:
		return ((const double *)(const void *)p)[i];
	default:
		return 0;
	}
}

static void
measure(
    struct loudness *l, const uint8_t *p, enum AVSampleFormat format, size_t n)
{
	double squares = 0, v;

	for (size_t i = 0; i < n; i++) {
		v = fabs(sample(p, format, i));
		if (!isfinite(v))
			v = 1;
		squares += v * v;
		if (v > l->peak)
			l->peak = v;
		l->clipped += v >= FULL_SCALE;
	}
	l->squares += squares;
	l->samples += n;
	l->step_squares += squares;
	l->step_samples += n;
}

/* Another point of the curve, when enough was heard for one. */
static void
draw(struct loudness *l)
{
	uint32_t half_db;

	if (l->step_us < LOUDNESS_STEP_MS * 1000)
		return;
	half_db = mdb_below(rms(l->step_squares, l->step_samples)) / 500;
	if (l->points == LOUDNESS_CURVE)
		memmove(l->curve, l->curve + 1, --l->points);
	l->curve[l->points++] = (uint8_t)half_db;
	l->step_us -= LOUDNESS_STEP_MS * 1000;
	l->step_squares = 0;
	l->step_samples = 0;
}

static void
take(struct loudness *l, const AVFrame *f)
{
	enum AVSampleFormat format = (enum AVSampleFormat)f->format;
	size_t n = f->nb_samples > 0 ? (size_t)f->nb_samples : 0;
	size_t channels =
	    f->ch_layout.nb_channels > 0 ? (size_t)f->ch_layout.nb_channels : 0;
	uint64_t us;

	if (n == 0 || channels == 0 || f->sample_rate <= 0)
		return;
	if (av_sample_fmt_is_planar(format))
		for (size_t i = 0; i < channels; i++)
			measure(l, f->extended_data[i],
			    av_get_packed_sample_fmt(format), n);
	else
		measure(l, f->extended_data[0], format, n * channels);
	us = n * 1000000 / (uint64_t)f->sample_rate;
	l->heard_us += us;
	l->step_us += us;
	draw(l);
}

int
loudness_put(struct loudness *l, const uint8_t *p, size_t len)
{
	const AVFrame *f;

	if (decoder_put(l->decoder, p, len) == -1)
		return -1;
	while ((f = decoder_next(l->decoder)) != NULL)
		take(l, f);
	return 0;
}

void
loudness_read(const struct loudness *l, struct loudness_figures *out)
{
	*out = (struct loudness_figures){.heard_us = l->heard_us,
	    .rms_mdb = mdb_below(rms(l->squares, l->samples)),
	    .peak_mdb = mdb_below(l->peak),
	    .clipped = l->clipped,
	    .points = l->points};
	memcpy(out->curve, l->curve, l->points);
}
