#include "ffcmaf.h"
#include "fferr.h"

#include <errno.h>
#include <libavformat/avformat.h>
#include <libavutil/mem.h>
#include <string.h>

enum { WINDOW_BYTES = 4096 };

struct bytes {
	const uint8_t *p;
	size_t len;
};

static int
give(void *arg, uint8_t *dst, int size)
{
	struct bytes *b = arg;
	size_t n = size > 0 && (size_t)size < b->len ? (size_t)size : b->len;

	if (n == 0)
		return AVERROR_EOF;
	memcpy(dst, b->p, n);
	b->p += n;
	b->len -= n;
	return (int)n;
}

static int
read_head(AVFormatContext *f, AVIOContext *io, AVCodecParameters *par)
{
	int code;

	f->pb = io;
	code = avformat_open_input(&f, NULL, av_find_input_format("mov"), NULL);
	if (code < 0) {
		/* It freed F. */
		errno = fferr_errno(code) == ENOMEM ? ENOMEM : EBADMSG;
		return -1;
	}
	code = f->nb_streams == 1
		   ? avcodec_parameters_copy(par, f->streams[0]->codecpar)
		   : AVERROR_INVALIDDATA;
	avformat_close_input(&f);
	if (code >= 0)
		return 0;
	errno = fferr_errno(code) == ENOMEM ? ENOMEM : EBADMSG;
	return -1;
}

AVCodecParameters *
ffcmaf_parameters(const uint8_t *p, size_t len)
{
	AVCodecParameters *par = avcodec_parameters_alloc();
	AVFormatContext *f = avformat_alloc_context();
	uint8_t *window = av_malloc(WINDOW_BYTES);
	struct bytes b = {p, len};
	AVIOContext *io = NULL;
	int r = -1;

	if (par == NULL || f == NULL || window == NULL ||
	    (io = avio_alloc_context(
		 window, WINDOW_BYTES, 0, &b, give, NULL, NULL)) == NULL) {
		av_free(window);
		avformat_free_context(f);
		avcodec_parameters_free(&par);
		errno = ENOMEM;
		return NULL;
	}
	r = read_head(f, io, par);
	av_freep(&io->buffer);
	avio_context_free(&io);
	if (r == -1)
		avcodec_parameters_free(&par);
	return par;
}
