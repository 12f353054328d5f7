#include "reel.h"
#include "buf.h"
#include "cmaf_reader.h"
#include "ffcmaf.h"
#include "fftrack.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* weir-segment cuts at 64 MiB; one more frame may be in it. */
	MAX_SEGMENT = 96 * 1024 * 1024,
	PATH_SIZE = 64
};

struct reel {
	int folder;
	uint32_t run; /* whose parameters these are; 0: none yet */
	struct cmaf_header header;
	AVCodecParameters *par;
	struct media_track track;
	unsigned changes;

	struct buf file; /* the segment at hand */
	size_t next_box; /* where in it the box behind the fragment begins */
	struct cmaf_sample *sample; /* of the fragment at hand */
	size_t samples, at;
	int64_t dts;
	size_t data; /* where in the file the frame's bytes lie */
	struct reel_frame frame;
	bool there; /* FRAME holds */
};

struct reel *
reel_open(int media, const char *track)
{
	struct reel *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	buf_init(&r->file, MAX_SEGMENT);
	r->sample = calloc(CMAF_MAX_SAMPLES, sizeof(*r->sample));
	r->folder = openat(media, track, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->sample == NULL || r->folder == -1) {
		int saved = errno;

		reel_close(r);
		errno = saved;
		return NULL;
	}
	return r;
}

void
reel_close(struct reel *r)
{
	if (r == NULL)
		return;
	if (r->folder != -1)
		(void)close(r->folder);
	avcodec_parameters_free(&r->par);
	buf_fini(&r->file);
	free(r->sample);
	free(r);
}

/* All of the file NAME into B. */
static int
read_file(const struct reel *r, const char *name, struct buf *b)
{
	int fd = openat(r->folder, name, O_RDONLY | O_CLOEXEC), rc, saved;

	buf_reset(b);
	if (fd == -1)
		return -1;
	rc = file_read(fd, b);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

static int
read_head(struct reel *r, const struct buf *b, unsigned rate_mhz)
{
	AVCodecParameters *par = NULL;
	struct cmaf_header h;
	struct media_track t;

	if (cmaf_header_read(&h, b->p, b->len) == -1 ||
	    (par = ffcmaf_parameters(b->p, b->len)) == NULL ||
	    fftrack_from(&t, par, 1, h.timescale) == -1) {
		avcodec_parameters_free(&par);
		return -1;
	}
	t.frame_rate_mhz = rate_mhz;
	if (r->par == NULL || !fftrack_same(&r->track, &t))
		r->changes++;
	avcodec_parameters_free(&r->par);
	h.entry = NULL; /* it lies in B */
	r->header = h;
	r->par = par;
	r->track = t;
	return 0;
}

static int
load_run(struct reel *r, uint32_t run, unsigned rate_mhz)
{
	char name[PATH_SIZE];
	struct buf b;
	int rc;

	(void)snprintf(name, sizeof(name), "init-%" PRIu32 ".mp4", run);
	buf_init(&b, CMAF_MAX_HEADER);
	rc = read_file(r, name, &b);
	if (rc == 0 && (rc = read_head(r, &b, rate_mhz)) == 0)
		r->run = run;
	buf_fini(&b);
	return rc;
}

/* Find the next fragment in the file; none is left when R has no samples. */
static int
next_fragment(struct reel *r)
{
	struct cmaf_box box;
	struct cmaf_moof moof;

	r->samples = r->at = 0;
	while (r->next_box < r->file.len) {
		size_t begin = r->next_box;
		const uint8_t *p = r->file.p + begin;
		size_t left = r->file.len - begin;

		if (cmaf_box_read(&box, p, left, left) == -1)
			return -1;
		r->next_box = begin + (size_t)box.bytes;
		if (box.type != CODEC_BOX('m', 'o', 'o', 'f'))
			continue;
		if (cmaf_moof_read(&moof, &r->header, p, (size_t)box.bytes,
			r->sample) == -1)
			return -1;
		if (moof.offset > left || moof.bytes > left - moof.offset) {
			errno = EBADMSG;
			return -1;
		}
		r->samples = moof.samples;
		r->dts = (int64_t)moof.dts;
		r->data = begin + (size_t)moof.offset;
		return 0;
	}
	return 0;
}

/* Have the frame at hand, when there is one. */
static int
show(struct reel *r)
{
	const struct cmaf_sample *s;

	r->there = false;
	if (r->at == r->samples && next_fragment(r) == -1) {
		r->next_box = r->file.len;
		return -1;
	}
	if (r->at == r->samples)
		return 0;
	s = &r->sample[r->at];
	r->frame = (struct reel_frame){.dts = r->dts,
	    .pts = r->dts + s->offset,
	    .duration = s->duration,
	    .key = s->key,
	    .data = r->file.p + r->data,
	    .len = s->bytes};
	r->there = true;
	return 0;
}

/* What AT says of FD into B. */
static int
read_range(int fd, const struct reel_range *at, struct buf *b)
{
	ssize_t k = 1;

	buf_reset(b);
	if (at->bytes == 0)
		return lseek(fd, (off_t)at->from, SEEK_SET) == -1
			   ? -1
			   : file_read(fd, b);
	if (buf_reserve(b, at->bytes) == -1)
		return -1;
	while (b->len < at->bytes && k != 0) {
		k = pread(fd, b->p + b->len, at->bytes - b->len,
		    (off_t)(at->from + b->len));
		if (k == -1 && errno != EINTR)
			return -1;
		b->len += k > 0 ? (size_t)k : 0;
	}
	if (b->len == at->bytes)
		return 0;
	errno = EBADMSG;
	return -1;
}

/* The file of a segment, which has another name while it grows. */
static int
open_segment(const struct reel *r, uint64_t msn)
{
	static const char *const endings[] = {".m4s", ".m4s.tmp", ".m4s"};
	char name[PATH_SIZE];
	int fd = -1;

	/* Asked twice: it may get its name in between. */
	for (size_t i = 0; i < 3 && fd == -1; i++) {
		(void)snprintf(
		    name, sizeof(name), "%" PRIu64 "%s", msn, endings[i]);
		fd = openat(r->folder, name, O_RDONLY | O_CLOEXEC);
		if (fd == -1 && errno != ENOENT)
			break;
	}
	return fd;
}

int
reel_load(struct reel *r, const struct reel_range *at, unsigned rate_mhz)
{
	int fd, rc, saved;

	r->there = false;
	if (at->run != r->run && load_run(r, at->run, rate_mhz) == -1)
		return -1;
	r->samples = r->at = 0;
	r->next_box = 0;
	if ((fd = open_segment(r, at->msn)) == -1)
		return -1;
	rc = read_range(fd, at, &r->file);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc == 0 ? show(r) : -1;
}

const struct reel_frame *
reel_frame(const struct reel *r)
{
	return r->there ? &r->frame : NULL;
}

void
reel_step(struct reel *r)
{
	const struct cmaf_sample *s = &r->sample[r->at++];

	r->dts += s->duration;
	r->data += s->bytes;
	/* What is damaged ends the segment: the next one may be sound. */
	(void)show(r);
}

const struct media_track *
reel_track(const struct reel *r)
{
	return &r->track;
}

unsigned
reel_changes(const struct reel *r)
{
	return r->changes;
}
