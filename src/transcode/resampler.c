#include "resampler.h"
#include "drift.h"
#include "err.h"

#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <stdlib.h>

enum { FIRST_SAMPLES = 8192, SILENCE = 4800 };

struct resampler {
	AVChannelLayout layout;
	enum AVSampleFormat format;
	int rate_hz;
	SwrContext *swr;
	AVAudioFifo *fifo;
	int64_t at; /* when the first sample in it is to be heard */
	bool begun, warned;
	struct drift drift;
	/* What SWR was made for. */
	int in_rate_hz, in_format;
	AVChannelLayout in_layout;
};

struct resampler *
resampler_open(unsigned rate_hz, unsigned channels, enum AVSampleFormat format)
{
	struct resampler *r = calloc(1, sizeof(*r));

	if (r == NULL || (r->fifo = av_audio_fifo_alloc(
			      format, (int)channels, FIRST_SAMPLES)) == NULL) {
		err_sys("allocate");
		free(r);
		return NULL;
	}
	r->rate_hz = (int)rate_hz;
	r->format = format;
	av_channel_layout_default(&r->layout, (int)channels);
	drift_init(&r->drift, r->rate_hz);
	return r;
}

void
resampler_close(struct resampler *r)
{
	if (r == NULL)
		return;
	swr_free(&r->swr);
	av_audio_fifo_free(r->fifo);
	av_channel_layout_uninit(&r->layout);
	av_channel_layout_uninit(&r->in_layout);
	free(r);
}

/* Samples in the form that goes out.  NULL after reporting. */
static AVFrame *
make_frame(struct resampler *r, int samples)
{
	AVFrame *f = av_frame_alloc();

	if (f != NULL) {
		f->format = r->format;
		f->nb_samples = samples;
		f->sample_rate = r->rate_hz;
		if (av_channel_layout_copy(&f->ch_layout, &r->layout) == 0 &&
		    av_frame_get_buffer(f, 0) == 0)
			return f;
	}
	err_msg("allocate a frame");
	av_frame_free(&f);
	return NULL;
}

/* Resample F, or with NULL what is left inside, behind what there is. */
static int
convert(struct resampler *r, const AVFrame *f)
{
	int in = f != NULL ? f->nb_samples : 0;
	int room = swr_get_out_samples(r->swr, in);
	const uint8_t *plane[AV_NUM_DATA_POINTERS] = {NULL};
	AVFrame *out;
	int n;

	if (room <= 0)
		return 0;
	/* More channels than these nobody has. */
	for (int i = 0; f != NULL && i < AV_NUM_DATA_POINTERS; i++)
		plane[i] = f->data[i];
	if ((out = make_frame(r, room)) == NULL)
		return -1;
	n = swr_convert(
	    r->swr, out->extended_data, room, f != NULL ? plane : NULL, in);
	if (n > 0 &&
	    av_audio_fifo_write(r->fifo, (void **)out->extended_data, n) < n)
		n = -1;
	av_frame_free(&out);
	if (n < 0)
		err_msg("resample sound");
	return n < 0 ? -1 : 0;
}

int
resampler_end(struct resampler *r)
{
	return r->swr != NULL ? convert(r, NULL) : 0;
}

static bool
fits(const struct resampler *r, const AVFrame *f)
{
	return r->swr != NULL && r->in_rate_hz == f->sample_rate &&
	       r->in_format == f->format &&
	       av_channel_layout_compare(&r->in_layout, &f->ch_layout) == 0;
}

/* Make SWR for frames like F. */
static int
set_up(struct resampler *r, const AVFrame *f)
{
	AVChannelLayout in = {0};
	int rc;

	if (resampler_end(r) == -1)
		return -1;
	swr_free(&r->swr);
	/* Where only their number is known. */
	if (f->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
		av_channel_layout_default(&in, f->ch_layout.nb_channels);
	else
		(void)av_channel_layout_copy(&in, &f->ch_layout);
	rc = swr_alloc_set_opts2(&r->swr, &r->layout, r->format, r->rate_hz,
	    &in, (enum AVSampleFormat)f->format, f->sample_rate, 0, NULL);
	av_channel_layout_uninit(&in);
	/* Stretching wants the resampler, whatever the rates are. */
	if (rc < 0 || f->ch_layout.nb_channels > AV_NUM_DATA_POINTERS ||
	    av_opt_set_int(r->swr, "flags", SWR_FLAG_RESAMPLE, 0) < 0 ||
	    swr_init(r->swr) < 0)
		swr_free(&r->swr);
	r->in_rate_hz = f->sample_rate;
	r->in_format = f->format;
	av_channel_layout_uninit(&r->in_layout);
	return av_channel_layout_copy(&r->in_layout, &f->ch_layout) < 0 ? -1
									: 0;
}

static int
fill(struct resampler *r, int64_t n)
{
	AVFrame *f = make_frame(r, SILENCE);
	int rc = f == NULL ? -1 : 0;

	if (f != NULL)
		(void)av_samples_set_silence(f->extended_data, 0, SILENCE,
		    r->layout.nb_channels, r->format);
	while (rc == 0 && n > 0) {
		int some = n < SILENCE ? (int)n : SILENCE;

		if (av_audio_fifo_write(
			r->fifo, (void **)f->extended_data, some) < some) {
			err_msg("allocate silence");
			rc = -1;
		}
		n -= some;
	}
	av_frame_free(&f);
	return rc;
}

/* Sound of time AT comes next: bring the samples' count in step with it. */
static int
keep_step(struct resampler *r, int64_t at)
{
	int64_t next = r->at + av_audio_fifo_size(r->fifo) +
		       swr_get_delay(r->swr, r->rate_hz);
	int64_t n = 0;

	switch (r->begun ? drift_step(&r->drift, at - next, &n) : DRIFT_JUMP) {
	case DRIFT_FINE:
		break;
	case DRIFT_STRETCH:
		return swr_set_compensation(r->swr, (int)n, r->rate_hz) < 0 ? -1
									    : 0;
	case DRIFT_FILL:
		return fill(r, n);
	case DRIFT_TRIM:
		return swr_drop_output(r->swr, (int)n) < 0 ? -1 : 0;
	case DRIFT_JUMP:
		/* Less than a frame of the time before, which never ends. */
		av_audio_fifo_reset(r->fifo);
		r->at = at - swr_get_delay(r->swr, r->rate_hz);
		r->begun = true;
		break;
	}
	return swr_set_compensation(r->swr, 0, r->rate_hz) < 0 ? -1 : 0;
}

int
resampler_put(struct resampler *r, const AVFrame *f, AVRational time_base)
{
	int64_t at =
	    av_rescale_q(f->pts, time_base, (AVRational){1, r->rate_hz});

	if (!fits(r, f) && set_up(r, f) == -1)
		return -1;
	if (r->swr == NULL) {
		if (!r->warned)
			err_warn("dropping sound of a form that cannot be "
				 "resampled rate=%d channels=%d",
			    f->sample_rate, f->ch_layout.nb_channels);
		r->warned = true;
		return 0;
	}
	return keep_step(r, at) == -1 ? -1 : convert(r, f);
}

AVFrame *
resampler_take(struct resampler *r, size_t n, bool last)
{
	int have = av_audio_fifo_size(r->fifo), want = (int)n;
	AVFrame *f;

	if (have < want && last)
		want = have;
	if (want == 0 || have < want || (f = make_frame(r, want)) == NULL)
		return NULL;
	(void)av_audio_fifo_read(r->fifo, (void **)f->extended_data, want);
	f->pts = r->at;
	r->at += want;
	return f;
}
