#ifndef LOG_ARCHIVE_H
#define LOG_ARCHIVE_H

#include "log.h"

#include <stdint.h>

/*
 * A copy of a log: a directory of files, each with blocks as they lie in the
 * log, one after the other, named after the first seq in it.  A later copy
 * adds a file with what came since.  The blocks bear their CRCs and the
 * chain of digests, so the copy is checked without the log.
 */
struct archive_report {
	uint64_t events, blocks, bytes; /* that were copied or checked */
	uint64_t last;                  /* seq of the last event there */
};

enum { ARCHIVE_WHY_BYTES = 256 };

/*
 * Walk the archive in DIR from its first block to its last.  0 (also when
 * DIR holds none) with *REPORT, or -1 with errno, EBADMSG with WHY telling
 * what is wrong.
 */
int archive_verify(const char *dir, struct archive_report *report,
    char why[ARCHIVE_WHY_BYTES]);

/*
 * Add to DIR, made when missing, what L holds and it does not; then read it
 * back.  0 with *REPORT of what was added, or -1 with errno, EBADMSG with
 * WHY: the log or the archive is damaged, or they are not of one log.
 */
int archive_add(struct log *l, const char *dir, struct archive_report *report,
    char why[ARCHIVE_WHY_BYTES]);

/*
 * Make a log in LOG_DIR, where none may be (EEXIST), from the archive in
 * DIR.  As above.
 */
int archive_restore(const char *dir, const char *log_dir,
    struct archive_report *report, char why[ARCHIVE_WHY_BYTES]);

#endif
