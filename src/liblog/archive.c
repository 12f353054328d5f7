#include "archive.h"
#include "block.h"
#include "file.h"
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	NAME_DIGITS = 20,
	/* A transaction of a restore holds so much. */
	RESTORE_STEP_BYTES = 32 * 1024 * 1024
};

static const char ending[] = ".blocks";

/* Walks an archive's blocks in order, and checks that they are a chain. */
struct walk {
	const char *dir;
	struct dirent **name;
	int names, at;
	FILE *file;
	struct buf bytes;
	struct block block; /* the one just read */
	uint64_t next;      /* seq that must come */
	uint8_t digest[BLOCK_DIGEST_BYTES];
	char *why;
};

static int __attribute__((format(printf, 2, 3)))
damaged(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, ARCHIVE_WHY_BYTES, fmt, ap);
	va_end(ap);
	errno = EBADMSG;
	return -1;
}

/* Only our files: twenty digits and the ending. */
static int
is_ours(const struct dirent *d)
{
	return strlen(d->d_name) == NAME_DIGITS + sizeof(ending) - 1 &&
	       strspn(d->d_name, "0123456789") == NAME_DIGITS &&
	       strcmp(d->d_name + NAME_DIGITS, ending) == 0;
}

static int
walk_open(struct walk *w, const char *dir, char *why)
{
	*w = (struct walk){.dir = dir, .next = 1, .why = why};
	buf_init(&w->bytes, BLOCK_MAX_BYTES);
	w->names = scandir(dir, &w->name, is_ours, alphasort);
	return w->names == -1 ? -1 : 0;
}

static void
walk_close(struct walk *w)
{
	int saved = errno;

	for (int i = 0; i < w->names; i++)
		free(w->name[i]);
	if (w->names >= 0)
		free(w->name);
	if (w->file != NULL)
		(void)fclose(w->file);
	buf_fini(&w->bytes);
	errno = saved;
}

static const char *
current(const struct walk *w)
{
	return w->name[w->at]->d_name;
}

/* Exactly N bytes more.  1, 0 at the file's end, -1 with errno. */
static int
read_exactly(struct walk *w, size_t n)
{
	size_t k;

	if (buf_reserve(&w->bytes, n) == -1)
		return damaged(w->why, "%s: a block is too long", current(w));
	k = fread(w->bytes.p + w->bytes.len, 1, n, w->file);
	w->bytes.len += k;
	if (k == n)
		return 1;
	if (ferror(w->file))
		return -1;
	if (k == 0 && w->bytes.len == 0)
		return 0;
	return damaged(w->why, "%s: ends within a block", current(w));
}

/* The next block of the current file.  1, 0 at its end, -1. */
static int
read_block(struct walk *w)
{
	const char *fault;
	size_t bytes;
	uint64_t key;
	uint32_t count;
	int n;

	buf_reset(&w->bytes);
	if ((n = read_exactly(w, BLOCK_HEADER_BYTES)) != 1)
		return n;
	if (block_peek(w->bytes.p, &key, &count, &bytes) == -1)
		return damaged(w->why,
		    "%s: what is behind seq %" PRIu64
		    " does not begin as a block",
		    current(w), w->next - 1);
	if (bytes > BLOCK_HEADER_BYTES &&
	    (n = read_exactly(w, bytes - BLOCK_HEADER_BYTES)) != 1)
		return n == 0 ? damaged(w->why, "%s: ends within a block",
				    current(w))
			      : n;
	if (block_open(&w->block, key, w->bytes.p, w->bytes.len, &fault) == -1)
		return damaged(w->why, "%s: the block at seq %" PRIu64 ": %s",
		    current(w), w->next, fault);
	if (key != w->next)
		return damaged(w->why,
		    "%s: seq %" PRIu64 " comes where %" PRIu64 " should",
		    current(w), key, w->next);
	if (memcmp(w->block.before, w->digest, sizeof(w->digest)) != 0)
		return damaged(w->why,
		    "%s: the block at seq %" PRIu64
		    " does not bear the digest of the one before",
		    current(w), key);
	if (block_digest(&w->block, w->digest) == -1)
		return damaged(w->why,
		    "%s: the block at seq %" PRIu64 " holds less than it says",
		    current(w), key);
	w->next = key + w->block.count;
	return 1;
}

/* The next block of the archive.  1, 0 at its end, -1. */
static int
walk_next(struct walk *w)
{
	for (;;) {
		char path[PATH_MAX];
		int n;

		if (w->file != NULL) {
			if ((n = read_block(w)) != 0)
				return n;
			(void)fclose(w->file);
			w->file = NULL;
			w->at++;
		}
		if (w->at == w->names)
			return 0;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", w->dir,
			current(w)) >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if ((w->file = fopen(path, "re")) == NULL)
			return -1;
	}
}

static void
count(struct archive_report *r, const struct walk *w)
{
	r->blocks++;
	r->events += w->block.count;
	r->bytes += w->bytes.len;
	r->last = w->next - 1;
}

/* Walk to the end; *W then knows the last seq and digest. */
static int
walk_all(struct walk *w, struct archive_report *report)
{
	int n;

	*report = (struct archive_report){0};
	while ((n = walk_next(w)) == 1)
		count(report, w);
	return n;
}

int
archive_verify(
    const char *dir, struct archive_report *report, char why[ARCHIVE_WHY_BYTES])
{
	struct walk w;
	int rc = walk_open(&w, dir, why);

	if (rc == 0)
		rc = walk_all(&w, report);
	walk_close(&w);
	return rc;
}

/* Write the log's blocks from seq FROM on into FD. */
static int
copy_blocks(
    struct log *l, int fd, const struct walk *w, struct archive_report *report)
{
	struct log_reader *r = log_reader_open(l, w->next);
	struct log_block b;
	int n;

	*report = (struct archive_report){.last = w->next - 1};
	if (r == NULL)
		return -1;
	while ((n = log_reader_block(r, &b)) == 1) {
		if (b.first != report->last + 1) {
			n = damaged(w->why,
			    "the log has no block that begins at seq %" PRIu64
			    ", where the archive ends",
			    report->last + 1);
			break;
		}
		if ((n = file_write(fd, b.bytes.p, b.bytes.len)) == -1)
			break;
		report->blocks++;
		report->events += b.count;
		report->bytes += b.bytes.len;
		report->last = b.first + b.count - 1;
	}
	if (n == -1 && errno == EBADMSG && *w->why == '\0')
		(void)damaged(w->why,
		    "the log's block at seq %" PRIu64 " is damaged: %s",
		    b.first, log_reader_why(r));
	log_reader_close(r);
	return n;
}

/* Put what the log has behind W's end into a new file. */
static int
add_file(struct log *l, const struct walk *w, struct archive_report *report)
{
	char path[PATH_MAX], tmp[PATH_MAX];
	int fd, saved;

	if ((size_t)snprintf(path, sizeof(path), "%s/%0*" PRIu64 "%s", w->dir,
		NAME_DIGITS, w->next, ending) >= sizeof(path) ||
	    (size_t)snprintf(tmp, sizeof(tmp), "%s/new.tmp", w->dir) >=
		sizeof(tmp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd == -1)
		return -1;
	if (copy_blocks(l, fd, w, report) == -1 || fsync(fd) == -1) {
		saved = errno;
		(void)close(fd);
		goto err_tmp;
	}
	if (close(fd) == -1) {
		saved = errno;
		goto err_tmp;
	}
	if (report->blocks == 0)
		return unlink(tmp);
	if (rename(tmp, path) == -1) {
		saved = errno;
		goto err_tmp;
	}
	return file_sync_parent(path);
err_tmp:
	(void)unlink(tmp);
	errno = saved;
	return -1;
}

int
archive_add(struct log *l, const char *dir, struct archive_report *report,
    char why[ARCHIVE_WHY_BYTES])
{
	struct archive_report all;
	struct walk w;
	int rc;

	*why = '\0';
	if (file_mkdirs(dir, 0750) == -1)
		return -1;
	if ((rc = walk_open(&w, dir, why)) == 0 &&
	    (rc = walk_all(&w, &all)) == 0)
		rc = add_file(l, &w, report);
	walk_close(&w);
	/* The copy is good when it was read back, and the chain holds from
	 * the first block on into what was added. */
	return rc == 0 ? archive_verify(dir, &all, why) : rc;
}

/* Put W's blocks into L, many to a transaction.  LMDB's code, or -1. */
static int
import(struct log *l, struct walk *w, struct archive_report *report)
{
	size_t in_txn = 0;
	MDB_txn *txn = NULL;
	int n, rc = 0;

	while ((n = walk_next(w)) == 1) {
		uint64_t first = w->block.first_seq;
		MDB_val key = {sizeof(first), &first};
		MDB_val value = {w->bytes.len, w->bytes.p};

		if (txn == NULL &&
		    ((rc = store_reserve(
			  l, RESTORE_STEP_BYTES + 2 * BLOCK_MAX_BYTES)) != 0 ||
			(rc = mdb_txn_begin(l->env, NULL, 0, &txn)) != 0))
			return rc;
		if ((rc = mdb_put(txn, l->blocks, &key, &value, MDB_APPEND)) !=
		    0)
			goto err;
		count(report, w);
		if ((in_txn += w->bytes.len) < RESTORE_STEP_BYTES)
			continue;
		in_txn = 0;
		rc = mdb_txn_commit(txn);
		txn = NULL;
		if (rc != 0)
			return rc;
	}
	if (n == 0)
		return txn != NULL ? mdb_txn_commit(txn) : 0;
	rc = errno;
err:
	mdb_txn_abort(txn);
	return rc;
}

int
archive_restore(const char *dir, const char *log_dir,
    struct archive_report *report, char why[ARCHIVE_WHY_BYTES])
{
	static const char *const ours[] = {"data.mdb", "journal"};
	char path[PATH_MAX];
	struct log *l;
	struct walk w;
	int rc;

	*why = '\0';
	/* All of it is checked before a byte is written. */
	if (archive_verify(dir, report, why) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", log_dir,
			ours[i]) >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (access(path, F_OK) == 0) {
			errno = EEXIST;
			return -1;
		}
	}
	if (file_mkdirs(log_dir, 0770) == -1 ||
	    (l = store_open(log_dir, true)) == NULL)
		return -1;
	*report = (struct archive_report){0};
	if ((rc = walk_open(&w, dir, why)) == 0 &&
	    (rc = import(l, &w, report)) != 0) {
		errno = store_errno(rc);
		rc = -1;
	}
	walk_close(&w);
	log_close(l);
	return rc;
}
