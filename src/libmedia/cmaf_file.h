#ifndef MEDIA_CMAF_FILE_H
#define MEDIA_CMAF_FILE_H

#include "cmaf_track.h"

/*
 * The samples of a CMAF track's files, one after the other: an initialization
 * section, and segments that need it.
 */
struct cmaf_file;

struct cmaf_file *cmaf_file_open(void); /* NULL with errno ENOMEM */
void cmaf_file_close(struct cmaf_file *f);

/*
 * What follows needs the initialization section that FD has.  0 with the
 * track, valid until the next call, in *T; or -1 with errno as cmaf_track(),
 * or of read(2).
 */
int cmaf_file_begin(struct cmaf_file *f, int fd, struct media_track *t);

/* A sample, in ticks of its track, and where its octets are in its file. */
struct cmaf_file_sample {
	int64_t dts, pts;
	bool key;
	uint64_t offset;
	uint32_t bytes;
};

/*
 * Call FN for each sample of the segment that FD has, until it returns
 * non-zero.  0, what FN returned, or -1 with errno: EBADMSG (it is no such
 * segment), or of pread(2).
 */
typedef int cmaf_file_fn(void *arg, const struct cmaf_file_sample *s);
int cmaf_file_each(struct cmaf_file *f, int fd, cmaf_file_fn *fn, void *arg);

#endif
