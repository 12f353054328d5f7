/*
 * What a ladder costs at least, each of its works timed alone:
 *
 *	rungs CLIP FRAMES PRESET HEIGHT:KBIT...
 *
 * decodes FRAMES frames of CLIP, scales them in a cascade, and encodes each
 * size with x264, everything in memory, one after the other, each in one
 * thread.  Prints a JSON object of seconds of processor time.
 */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

enum { MAX_RUNGS = 8, MAX_FRAMES = 2000, NEVER = 1 << 30 };

struct rung {
	int width, height;
	int64_t rate;
	AVFrame **frame;
};

struct clip {
	AVFormatContext *in;
	int stream;
	AVRational rate;
	size_t packets;
	AVPacket **packet;
	size_t frames;
	AVFrame **frame;
};

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "rungs: %s\n", what);
	exit(111);
}

static double
cpu(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Packets in memory, so that reading them is not part of decoding. */
static void
read_clip(struct clip *c, const char *path, size_t most)
{
	c->packet = calloc(most, sizeof(AVPacket *));
	c->frame = calloc(most, sizeof(AVFrame *));
	if (c->packet == NULL || c->frame == NULL)
		fail("no memory");
	if (avformat_open_input(&c->in, path, NULL, NULL) < 0 ||
	    avformat_find_stream_info(c->in, NULL) < 0)
		fail("no clip");
	c->stream =
	    av_find_best_stream(c->in, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
	if (c->stream < 0)
		fail("no picture");
	c->rate = c->in->streams[c->stream]->avg_frame_rate;
	while (c->packets < most) {
		AVPacket *p = av_packet_alloc();

		if (p == NULL || av_read_frame(c->in, p) < 0) {
			av_packet_free(&p);
			return;
		}
		if (p->stream_index == c->stream)
			c->packet[c->packets++] = p;
		else
			av_packet_free(&p);
	}
}

static AVCodecContext *
open_decoder(const struct clip *c)
{
	const AVCodecParameters *par = c->in->streams[c->stream]->codecpar;
	const AVCodec *av = avcodec_find_decoder(par->codec_id);
	AVCodecContext *ctx = avcodec_alloc_context3(av);

	if (ctx == NULL || avcodec_parameters_to_context(ctx, par) < 0)
		fail("no decoder");
	ctx->thread_count = 1;
	if (avcodec_open2(ctx, av, NULL) < 0)
		fail("no decoder");
	return ctx;
}

/* Decode all packets; with KEEP the frames stay. */
static void
decode(struct clip *c, bool keep)
{
	AVCodecContext *ctx = open_decoder(c);
	AVFrame *f = av_frame_alloc();

	for (size_t i = 0; i <= c->packets; i++) {
		(void)avcodec_send_packet(
		    ctx, i < c->packets ? c->packet[i] : NULL);
		while (avcodec_receive_frame(ctx, f) >= 0) {
			if (keep)
				c->frame[c->frames++] = av_frame_clone(f);
			av_frame_unref(f);
		}
	}
	av_frame_free(&f);
	avcodec_free_context(&ctx);
}

static void
make_frames(struct rung *r, const struct clip *c)
{
	if ((r->frame = calloc(c->frames, sizeof(AVFrame *))) == NULL)
		fail("no memory");
	for (size_t i = 0; i < c->frames; i++) {
		AVFrame *f = av_frame_alloc();

		if (f == NULL)
			fail("no memory");
		f->width = r->width;
		f->height = r->height;
		f->format = AV_PIX_FMT_YUV420P;
		if (av_frame_get_buffer(f, 64) < 0)
			fail("no memory");
		f->pts = (int64_t)i;
		r->frame[i] = f;
	}
}

static void
scale(AVFrame *const *from, const struct rung *r, size_t n)
{
	struct SwsContext *s = sws_getContext(from[0]->width, from[0]->height,
	    AV_PIX_FMT_YUV420P, r->width, r->height, AV_PIX_FMT_YUV420P,
	    SWS_BICUBIC, NULL, NULL, NULL);

	if (s == NULL)
		fail("no scaler");
	for (size_t i = 0; i < n; i++)
		(void)sws_scale(s, (const uint8_t *const *)from[i]->data,
		    from[i]->linesize, 0, from[i]->height, r->frame[i]->data,
		    r->frame[i]->linesize);
	sws_freeContext(s);
}

static void
encode(const struct rung *r, const struct clip *c, const char *preset)
{
	const AVCodec *av = avcodec_find_encoder_by_name("libx264");
	AVCodecContext *ctx = avcodec_alloc_context3(av);
	AVPacket *p = av_packet_alloc();

	if (ctx == NULL || p == NULL)
		fail("no memory");
	ctx->width = r->width;
	ctx->height = r->height;
	ctx->pix_fmt = AV_PIX_FMT_YUV420P;
	ctx->time_base = av_inv_q(c->rate);
	ctx->framerate = c->rate;
	ctx->bit_rate = r->rate;
	ctx->rc_max_rate = r->rate + r->rate / 4;
	ctx->rc_buffer_size = (int)ctx->rc_max_rate;
	ctx->gop_size = NEVER;
	ctx->thread_count = 1;
	ctx->flags |= (int)AV_CODEC_FLAG_GLOBAL_HEADER;
	(void)av_opt_set(ctx->priv_data, "preset", preset, 0);
	(void)av_opt_set(ctx->priv_data, "tune", "zerolatency", 0);
	(void)av_opt_set(
	    ctx->priv_data, "x264-params", "scenecut=0:force-cfr=1", 0);
	if (avcodec_open2(ctx, av, NULL) < 0)
		fail("no encoder");
	for (size_t i = 0; i <= c->frames; i++) {
		AVFrame *f = i < c->frames ? r->frame[i] : NULL;

		if (f != NULL)
			f->pict_type =
			    c->frame[i]->pict_type == AV_PICTURE_TYPE_I
				? AV_PICTURE_TYPE_I
				: AV_PICTURE_TYPE_NONE;
		(void)avcodec_send_frame(ctx, f);
		while (avcodec_receive_packet(ctx, p) >= 0)
			av_packet_unref(p);
	}
	av_packet_free(&p);
	avcodec_free_context(&ctx);
}

int
main(int argc, char *argv[])
{
	struct clip c = {0};
	struct rung rung[MAX_RUNGS] = {{0}};
	int rungs = argc - 4;
	size_t most;
	double begin, decoding, scaling, encoding = 0;

	if (rungs < 1 || rungs > MAX_RUNGS)
		fail("rungs CLIP FRAMES PRESET HEIGHT:KBIT...");
	most = (size_t)strtoul(argv[2], NULL, 10);
	av_log_set_level(AV_LOG_QUIET);
	read_clip(&c, argv[1], most > MAX_FRAMES ? MAX_FRAMES : most);
	begin = cpu();
	decode(&c, false);
	decoding = cpu() - begin;
	decode(&c, true);
	if (c.frames == 0)
		fail("no frames");
	for (int i = 0; i < rungs; i++) {
		char *end;
		struct rung *r = &rung[i];

		r->height = (int)strtol(argv[4 + i], &end, 10);
		r->rate = 1000 * strtol(*end == ':' ? end + 1 : end, NULL, 10);
		r->width =
		    (c.frame[0]->width * r->height + c.frame[0]->height) /
		    (2 * c.frame[0]->height) * 2;
		make_frames(r, &c);
		/* Touched once: what the system takes to give memory is none
		 * of the scaler's. */
		scale(i == 0 ? c.frame : rung[i - 1].frame, r, c.frames);
	}
	begin = cpu();
	for (int i = 0; i < rungs; i++)
		scale(i == 0 ? c.frame : rung[i - 1].frame, &rung[i], c.frames);
	scaling = cpu() - begin;
	for (int i = 0; i < rungs; i++) {
		begin = cpu();
		encode(&rung[i], &c, argv[3]);
		encoding += cpu() - begin;
	}
	printf("{\"frames\":%zu,\"decode\":%.4f,\"scale\":%.4f,"
	       "\"encode\":%.4f,\"sum\":%.4f}\n",
	    c.frames, decoding, scaling, encoding,
	    decoding + scaling + encoding);
	return 0;
}
