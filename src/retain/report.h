#ifndef RETAIN_REPORT_H
#define RETAIN_REPORT_H

#include "recordings.h"

#include <stdbool.h>
#include <stdint.h>

/* What goes, or would, a line for each: for people, or as JSON. */
struct report {
	bool json, dry_run;
	uint64_t bytes, recordings, files; /* so far */
};

/* All of B, which had BYTES. */
void report_recording(struct report *r, const struct listed *b, uint64_t bytes);

/* Segments FIRST to LAST of TRACK of B, N of them. */
struct report_media {
	const char *track;
	uint64_t first, last, n, bytes;
};
void report_media(
    struct report *r, const struct listed *b, const struct report_media *m);

/* A file that nothing names. */
void report_file(struct report *r, const struct listed *b, const char *track,
    const char *file, uint64_t bytes);

/* What it comes to. */
void report_sum(const struct report *r);

#endif
