#include "out.h"
#include "err.h"
#include "ffts.h"
#include "file.h"

#include <errno.h>
#include <libavutil/mem.h>
#include <stdlib.h>

enum {
	WINDOW_BYTES = 32768,
	/* So much may wait to be written at once. */
	BATCH_BYTES = 256 * 1024,
	MAX_BYTES = MEDIA_MAX_PACKET * 2
};

struct out {
	int fd;
	enum out_format format;
	struct buf buf;
	struct nut_writer *nut;
	AVIOContext *io;
	struct ffts *ts;
	bool begun;
};

/* What libavformat writes: its type lost and found its const. */
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t io_byte;
#else
typedef uint8_t io_byte;
#endif

static int
take(void *arg, io_byte *p, int n)
{
	struct out *o = arg;

	return buf_put(&o->buf, p, (size_t)n) == 0 ? n : AVERROR(errno);
}

static int
open_io(struct out *o)
{
	uint8_t *window = av_malloc(WINDOW_BYTES);

	if (window != NULL)
		o->io = avio_alloc_context(
		    window, WINDOW_BYTES, 1, o, NULL, take, NULL);
	if (o->io != NULL)
		return 0;
	av_free(window);
	errno = ENOMEM;
	return -1;
}

struct out *
out_open(int fd, enum out_format format)
{
	struct out *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->fd = fd;
	o->format = format;
	buf_init(&o->buf, MAX_BYTES);
	if (format == OUT_TS && open_io(o) == -1) {
		out_close(o);
		return NULL;
	}
	return o;
}

void
out_close(struct out *o)
{
	if (o == NULL)
		return;
	nut_writer_close(o->nut);
	ffts_close(o->ts);
	if (o->io != NULL)
		av_freep(&o->io->buffer);
	avio_context_free(&o->io);
	buf_fini(&o->buf);
	free(o);
}

static int
begin(struct out *o, const struct mix *m)
{
	struct media_track track[MEDIA_MAX_TRACKS];
	size_t n = mix_tracks(m, track);
	const char *name;

	if (o->format == OUT_NUT) {
		nut_writer_close(o->nut);
		o->nut = nut_writer_open(track, n);
		return o->nut != NULL && nut_writer_header(o->nut, &o->buf) == 0
			   ? 0
			   : -1;
	}
	ffts_close(o->ts);
	o->ts = NULL;
	if ((name = ffts_refuses(track, n)) != NULL) {
		err_msg("MPEG-TS cannot carry %s: take NUT", name);
		errno = ENOTSUP;
		return -1;
	}
	o->ts = ffts_open(o->io, track, n, o->begun);
	return o->ts != NULL ? 0 : -1;
}

int
out_frame(struct out *o, const struct mix *m, const struct mix_frame *f)
{
	if ((f->changed || !o->begun) && begin(o, m) == -1)
		return -1;
	o->begun = true;
	if ((o->format == OUT_NUT ? nut_writer_put(o->nut, &f->packet, &o->buf)
				  : ffts_put(o->ts, &f->packet)) == -1)
		return -1;
	return o->buf.len < BATCH_BYTES ? 0 : out_flush(o);
}

int
out_flush(struct out *o)
{
	int r = file_write(o->fd, o->buf.p, o->buf.len);

	buf_reset(&o->buf);
	return r;
}
