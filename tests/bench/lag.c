/*
 * How long a frame takes through a filter of NUT:
 *
 *	lag CLIP PROGRAM ARGUMENT...
 *
 * plays CLIP's packets into PROGRAM at their own pace, and notes for each that
 * comes out of its other tracks than the first when the source's packet of the
 * same time went in.  Prints a JSON object of milliseconds.
 */
#include <errno.h>
#include <libavformat/avformat.h>
#include <libavutil/mathematics.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FRAMES = 100000, IO_BYTES = 4096, MAX_SAMPLES = 1 << 20 };

struct lag {
	AVFormatContext *clip;
	int in, out; /* the program's */
	AVRational base;
	/* When the picture of number I, by its time, went in; 0: it did not. */
	_Atomic int64_t sent_us[MAX_FRAMES];
	double frame_s;
	int64_t first_pts; /* 0: the clip begins there */
	size_t samples;
	double ms[MAX_SAMPLES];
};

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "lag: %s\n", what);
	exit(111);
}

static int64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int
pipe_write(void *opaque, uint8_t *p, int n)
{
	const struct lag *l = opaque;

	for (int done = 0; done < n;) {
		ssize_t k = write(l->in, p + done, (size_t)(n - done));

		if (k == -1)
			return AVERROR(errno);
		done += (int)k;
	}
	return n;
}

static int
pipe_read(void *opaque, uint8_t *p, int n)
{
	const struct lag *l = opaque;
	ssize_t k = read(l->out, p, (size_t)n);

	return k > 0 ? (int)k : k == 0 ? AVERROR_EOF : AVERROR(errno);
}

/* The number of the picture of time PTS in BASE. */
static size_t
number(const struct lag *l, int64_t pts, AVRational base)
{
	double s =
	    (double)pts * av_q2d(base) - (double)l->first_pts * av_q2d(l->base);
	double n = s / l->frame_s + 0.5;

	return n > 0 && n < MAX_FRAMES ? (size_t)n : 0;
}

static void *
listen(void *arg)
{
	struct lag *l = arg;
	AVFormatContext *c = avformat_alloc_context();
	AVPacket *p = av_packet_alloc();

	if (c == NULL || p == NULL)
		fail("no memory");
	c->pb = avio_alloc_context(
	    av_malloc(IO_BYTES), IO_BYTES, 0, l, pipe_read, NULL, NULL);
	if (avformat_open_input(&c, NULL, av_find_input_format("nut"), NULL) <
	    0)
		fail("the program writes no NUT");
	while (av_read_frame(c, p) >= 0) {
		const AVStream *s = c->streams[p->stream_index];
		int64_t at = now_us();
		size_t n = number(l, p->pts, s->time_base);

		if (s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
		    p->stream_index > 0 && l->sent_us[n] != 0 &&
		    l->samples < MAX_SAMPLES)
			l->ms[l->samples++] =
			    (double)(at - l->sent_us[n]) / 1000;
		av_packet_unref(p);
	}
	return NULL;
}

static AVFormatContext *
open_out(struct lag *l)
{
	AVFormatContext *c;

	if (avformat_alloc_output_context2(&c, NULL, "nut", NULL) < 0)
		fail("no memory");
	for (unsigned i = 0; i < l->clip->nb_streams; i++) {
		AVStream *s = avformat_new_stream(c, NULL);

		if (s == NULL || avcodec_parameters_copy(s->codecpar,
				     l->clip->streams[i]->codecpar) < 0)
			fail("no memory");
		s->codecpar->codec_tag = 0;
		s->time_base = l->clip->streams[i]->time_base;
		s->r_frame_rate = l->clip->streams[i]->r_frame_rate;
	}
	c->flags |= AVFMT_FLAG_FLUSH_PACKETS;
	c->pb = avio_alloc_context(
	    av_malloc(IO_BYTES), IO_BYTES, 1, l, NULL, pipe_write, NULL);
	if (avformat_write_header(c, NULL) < 0)
		fail("no header");
	return c;
}

static void
play(struct lag *l, int video)
{
	AVFormatContext *c = open_out(l);
	AVPacket *p = av_packet_alloc();
	int64_t begun_us = now_us();

	while (p != NULL && av_read_frame(l->clip, p) >= 0) {
		const AVStream *s = l->clip->streams[p->stream_index];
		int64_t at = p->dts != AV_NOPTS_VALUE ? p->dts : p->pts;
		double due_s = (double)at * av_q2d(s->time_base);
		int64_t wait_us = begun_us + (int64_t)(due_s * 1e6) - now_us();
		struct timespec ts = {
		    wait_us / 1000000, wait_us % 1000000 * 1000};

		if (wait_us > 0)
			(void)nanosleep(&ts, NULL);
		if (p->stream_index == video)
			l->sent_us[number(l, p->pts, s->time_base)] = now_us();
		av_packet_rescale_ts(
		    p, s->time_base, c->streams[p->stream_index]->time_base);
		if (av_write_frame(c, p) < 0)
			fail("the program takes no more");
		av_packet_unref(p);
	}
	(void)av_write_frame(c, NULL);
	avio_flush(c->pb);
	(void)close(l->in);
}

static void
spawn(struct lag *l, char *argv[])
{
	int in[2], out[2];
	pid_t pid;

	if (pipe(in) == -1 || pipe(out) == -1 || (pid = fork()) == -1)
		fail("no process");
	if (pid == 0) {
		(void)dup2(in[0], STDIN_FILENO);
		(void)dup2(out[1], STDOUT_FILENO);
		(void)close(in[1]);
		(void)close(out[0]);
		(void)execvp(argv[0], argv);
		_exit(111);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	l->in = in[1];
	l->out = out[0];
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char *argv[])
{
	struct lag *l = calloc(1, sizeof(*l));
	pthread_t thread;
	int video, status = 0;

	if (argc < 3 || l == NULL)
		fail("lag CLIP PROGRAM ARGUMENT...");
	av_log_set_level(AV_LOG_QUIET);
	(void)signal(SIGPIPE, SIG_IGN);
	if (avformat_open_input(&l->clip, argv[1], NULL, NULL) < 0 ||
	    avformat_find_stream_info(l->clip, NULL) < 0 ||
	    (video = av_find_best_stream(
		 l->clip, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0)) < 0)
		fail("no clip");
	l->base = l->clip->streams[video]->time_base;
	l->frame_s = 1 / av_q2d(l->clip->streams[video]->avg_frame_rate);
	spawn(l, argv + 2);
	if (pthread_create(&thread, NULL, listen, l) != 0)
		fail("no thread");
	play(l, video);
	(void)pthread_join(thread, NULL);
	(void)wait(&status);
	if (status != 0 || l->samples == 0)
		fail("the program failed");
	qsort(l->ms, l->samples, sizeof(l->ms[0]), compare);
	printf("{\"samples\":%zu,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}\n",
	    l->samples, l->ms[l->samples / 2], l->ms[l->samples * 99 / 100],
	    l->ms[l->samples - 1]);
	return 0;
}
