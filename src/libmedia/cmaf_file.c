#include "cmaf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct cmaf_file {
	struct cmaf_header header;
	struct buf init, moof, config;
	struct cmaf_sample sample[CMAF_MAX_SAMPLES];
};

struct cmaf_file *
cmaf_file_open(void)
{
	struct cmaf_file *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	buf_init(&f->init, CMAF_MAX_HEADER);
	buf_init(&f->moof, CMAF_MAX_MOOF);
	buf_init(&f->config, MEDIA_MAX_CONFIG);
	return f;
}

void
cmaf_file_close(struct cmaf_file *f)
{
	if (f == NULL)
		return;
	buf_fini(&f->init);
	buf_fini(&f->moof);
	buf_fini(&f->config);
	free(f);
}

/* The BYTES of FD at AT into B, emptied first.  0, or -1 with errno. */
static int
read_at(int fd, uint64_t at, uint64_t bytes, struct buf *b)
{
	buf_reset(b);
	if (buf_reserve(b, (size_t)bytes) == -1)
		return -1;
	while (b->len < bytes) {
		ssize_t n = pread(fd, b->p + b->len, (size_t)bytes - b->len,
		    (off_t)(at + b->len));

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? EBADMSG : errno;
			return -1;
		}
		b->len += (size_t)n;
	}
	return 0;
}

static int
size_of(int fd, uint64_t *bytes)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	*bytes = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	return 0;
}

int
cmaf_file_begin(struct cmaf_file *f, int fd, struct media_track *t)
{
	uint64_t bytes;

	if (size_of(fd, &bytes) == -1)
		return -1;
	if (bytes > CMAF_MAX_HEADER) {
		errno = EBADMSG;
		return -1;
	}
	if (read_at(fd, 0, bytes, &f->init) == -1 ||
	    cmaf_header_read(&f->header, f->init.p, f->init.len) == -1)
		return -1;
	return cmaf_track(&f->header, t, &f->config);
}

/* The samples of the moof in f->moof, which lies at AT of a file of BYTES. */
static int
each_sample(struct cmaf_file *f, uint64_t at, uint64_t bytes, cmaf_file_fn *fn,
    void *arg)
{
	struct cmaf_moof m;
	int64_t dts;
	int rc = 0;

	if (cmaf_moof_read(&m, &f->header, f->moof.p, f->moof.len, f->sample) ==
	    -1)
		return -1;
	if (m.offset > bytes - at || m.bytes > bytes - at - m.offset) {
		errno = EBADMSG;
		return -1;
	}
	at += m.offset;
	dts = (int64_t)m.dts;
	for (size_t i = 0; i < m.samples && rc == 0; i++) {
		const struct cmaf_sample *s = &f->sample[i];
		const struct cmaf_file_sample out = {.dts = dts,
		    .pts = dts + s->offset,
		    .key = s->key,
		    .offset = at,
		    .bytes = s->bytes};

		rc = fn(arg, &out);
		dts += s->duration;
		at += s->bytes;
	}
	return rc;
}

int
cmaf_file_each(struct cmaf_file *f, int fd, cmaf_file_fn *fn, void *arg)
{
	uint64_t at = 0, bytes;
	struct cmaf_box box;
	int rc = 0;

	if (size_of(fd, &bytes) == -1)
		return -1;
	while (rc == 0 && at < bytes) {
		uint64_t head =
		    bytes - at < CMAF_BOX_HEAD ? bytes - at : CMAF_BOX_HEAD;

		if (read_at(fd, at, head, &f->moof) == -1 ||
		    cmaf_box_read(&box, f->moof.p, f->moof.len, bytes - at) ==
			-1)
			return -1;
		if (box.type == CODEC_BOX('m', 'o', 'o', 'f')) {
			if (read_at(fd, at, box.bytes, &f->moof) == -1)
				return -1;
			rc = each_sample(f, at, bytes, fn, arg);
		}
		at += box.bytes;
	}
	return rc;
}
