#ifndef LOG_JOURNAL_H
#define LOG_JOURNAL_H

#include "block.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The journal: a ring of fixed size on disk in which a block is stored with
 * one write and one barrier, until it is moved into LMDB with many others.
 * LMDB alone would take two barriers a commit, and writes six pages for a
 * block of one.  docs/log.md gives the layout, docs/durability.md what
 * survives what.  Private to liblog.
 */
struct journal;

/* Each block begins on a page of so many bytes. */
enum { JOURNAL_PAGE = 4096 };

/*
 * Its size in bytes; a test that wants to see it go round says otherwise in
 * the environment, within bounds, when it is made.
 */
#define JOURNAL_SETTING "WEIR_LOG_JOURNAL_BYTES"
#define JOURNAL_BYTES ((size_t)8 << 20)
#define JOURNAL_MIN_BYTES ((size_t)64 << 10)
#define JOURNAL_MAX_BYTES ((size_t)1 << 30)

/* Open that of the log in DIR for reading, if it is there already or comes to
 * be.  NULL with errno ENOMEM. */
struct journal *journal_open(const char *dir);

/* For the writer, who makes it when it is not there.  NULL with errno. */
struct journal *journal_make(const char *dir);
void journal_close(struct journal *j);

/*
 * The log is in LMDB up to *HEAD, the digest of the block there is DIGEST:
 * find what the journal has behind it, up to the *HEAD it is on return.  0, or
 * -1 with errno EBADMSG: there is more behind damage.
 */
int journal_find(struct journal *j, uint64_t *head,
    const uint8_t digest[BLOCK_DIGEST_BYTES]);

/*
 * The first seq in it and the one after the last, the same when it is empty:
 * as the writer tells, or as journal_find() found; 0 before either.
 */
uint64_t journal_first(const struct journal *j);
uint64_t journal_next(const struct journal *j);

/* The writer's. */

/* Blocks up to so many bytes may be appended; larger ones go into LMDB. */
size_t journal_block_max(const struct journal *j);

/* Will one of BYTES fit before what is there was moved? */
bool journal_fits(const struct journal *j, size_t bytes);

/*
 * Store the block K, whose bytes B holds with room for JOURNAL_PAGE more.  0:
 * it is on disk; or errno.
 */
int journal_append(struct journal *j, const struct block *k, struct buf *b);

/* Bytes of the blocks that wait to be moved; it is time to move them. */
size_t journal_waiting(const struct journal *j);
bool journal_due(const struct journal *j);

/* A block that waits to be moved, and where it lies. */
struct journal_entry {
	uint64_t first, at;
	size_t bytes;
};

/* Those that wait into *LIST, *N of them, which the caller frees.  0, or -1
 * with ENOMEM. */
int journal_entries(
    const struct journal *j, struct journal_entry **list, size_t *n);

/* The bytes of one of them into TO; any thread may ask. */
void journal_read(
    const struct journal *j, const struct journal_entry *e, void *to);

/* Give up what it takes of this process's memory; it stays in the page cache.
 */
void journal_trim(const struct journal *j);

/* The first N of them and everything else before NEXT is in LMDB, and on
 * disk. */
void journal_moved(struct journal *j, size_t n, uint64_t next);

/* Readers'. */

/*
 * Is the writer alive, so that journal_ends_before() and journal_copy() know
 * what it stores?  Otherwise journal_find() does.
 */
bool journal_live(struct journal *j);

/* Surely there is no event SEQ on disk, neither here nor in LMDB. */
bool journal_ends_before(const struct journal *j, uint64_t seq);

/* Where a reader is in the journal: where the block with the first seq SEQ is
 * to lie. */
struct journal_place {
	uint64_t seq, at;
};

/*
 * Put copies of blocks behind B, each behind its first seq and its length as
 * two numbers of this host: from the one on that holds seq FROM, or if BEHIND
 * is not 0 from the one behind that with the first seq BEHIND.  Stops before
 * MORE_BYTES were put, but not before the first.  0, also when it is not
 * there, or errno.
 */
int journal_copy(struct journal *j, uint64_t from, uint64_t behind,
    struct journal_place *place, size_t more_bytes, struct buf *b);

#endif
