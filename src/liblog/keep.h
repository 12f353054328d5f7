#ifndef LOG_KEEP_H
#define LOG_KEEP_H

#include "rows.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Where a projection's rows lie: an LMDB environment of its own.
 *
 *	rows	the fold's
 *	meta	"place" -> struct keep_place, numbers little-endian
 *
 * docs/durability.md (D40...) tells what is on disk when.
 */
struct keep;

enum {
	KEEP_MARK_BYTES = 32,
	KEEP_MAX_KEY = 511 /* LMDB's own limit */
};

struct keep_place {
	uint64_t position; /* seq of the last event that is folded in */
	uint32_t version;  /* of the fold */
	/* BLAKE2b-256 of that event's bytes, zeroes when it is not known. */
	uint8_t mark[KEEP_MARK_BYTES];
};

/*
 * The one in DIR, made when it is not there, for one process at a time; made
 * anew when it is *DAMAGED.  NULL with errno: EBUSY (the process *HOLDER has
 * it), or the system's.
 */
struct keep *keep_open(const char *dir, pid_t *holder, bool *damaged);

/* The same, as far as it was written by now, for reading only. */
struct keep *keep_open_seen(const char *dir);

/*
 * One in a file without a name, that goes with it: on the disk of $TMPDIR,
 * or in memory where that does not work.
 */
struct keep *keep_open_private(void);
void keep_close(struct keep *k);

/* What stands there.  1, 0 when nothing was ever written, or -1 with errno. */
int keep_read_place(struct keep *k, struct keep_place *out);

/* The row KEY, until the next commit.  1, 0 when there is none, or -1. */
int keep_get(struct keep *k, struct str key, struct str *value);

/*
 * The first row whose key is not before KEY; after that the next one.  Not
 * across a commit.  1, 0 at the end, or -1.
 */
int keep_seek(struct keep *k, struct str *key, struct str *value);
int keep_next(struct keep *k, struct str *key, struct str *value);

/*
 * Write N rows, sorted by key, and PLACE, all or nothing.  0, or -1 with
 * errno.  What is temporary (log_writer_temporary) may be tried again; after
 * anything else the disk's state is not known, and K's files are gone from
 * it: the next to open them begins anew, while K can be read to its end.
 */
int keep_commit(struct keep *k, const struct row *const *row, size_t n,
    const struct keep_place *place);

/* Throw away what is kept in DIR of K, and begin anew.  0, or -1 with errno. */
int keep_drop(struct keep *k);

#endif
