#ifndef LOG_STORE_H
#define LOG_STORE_H

#include "ids.h"
#include "journal.h"
#include "log.h"

#include <lmdb.h>
#include <stdbool.h>

/*
 * The LMDB environment behind liblog; private to it.
 *
 *	blocks		first seq -> block (block.h)
 *	subjects	subject -> struct log_subject, both little-endian u64
 *	history		subject, NUL, version as big-endian u64 -> seq
 *	meta		"indexed" -> the last seq that subjects, history and
 *			ids tell of; what comes after is only in the blocks
 *	ids		idring.h
 */
struct log {
	MDB_env *env;
	MDB_dbi blocks, subjects, history, meta;
	MDB_dbi ids; /* the writer's, and its secret (idring.h) */
	unsigned char ids_secret[IDS_SECRET_BYTES];
	struct journal *journal; /* of the blocks that are newer; NULL when
				  * only LMDB matters */
	size_t reserved; /* bytes of the file that are known to be there */
	bool unmapped;   /* the map could not be moved: all is over */
};

/*
 * Where the map begins, in bytes.  A test that wants to see it grow says
 * otherwise in the environment, within bounds, as WEIR_LOG_MAP_BYTES.
 */
#define STORE_MAP_SETTING "WEIR_LOG_MAP_BYTES"
#define STORE_MAP_BYTES ((size_t)1 << 30)
#define STORE_MAP_MIN_BYTES ((size_t)1 << 20)
#define STORE_MAP_MAX_BYTES ((size_t)1 << 40)

/* LMDB's RC as errno. */
int store_errno(int rc);

/*
 * Open for reading, or with WRITE for both; WRITE makes it when it is not
 * there, and begins with what the last writer left on disk for certain.
 * NULL with errno.
 */
struct log *store_open(const char *dir, bool write);

/*
 * Begin a read-only transaction, adapting to a map that another process
 * has grown: no other transaction of this process may be open, since LMDB
 * moves the map under it.  An LMDB return code.
 */
int store_begin(struct log *l, MDB_txn **txn);
int store_renew(struct log *l, MDB_txn *txn);

/*
 * Make sure that BYTES more fit into the map and onto the disk, so that a
 * full disk shows before LMDB writes: it calls a short write EIO, which
 * cannot be told from a disk that fails.  No transaction of this process
 * may be open.  LMDB's code.
 */
int store_reserve(struct log *l, size_t bytes);

/* Is there room in the map for BYTES more, so that it need not move? */
bool store_fits(struct log *l, size_t bytes);

/*
 * Let the file of ENV, of which USED bytes are used, have WANT.  0, or errno;
 * where the file system cannot promise that, it is 0 all the same.
 */
int store_extend(MDB_env *env, size_t used, size_t want);

/*
 * Within TXN: the last seq in LMDB, and the digest of the last block there
 * into DIGEST unless NULL (zeroes when there is none); the last seq that is
 * indexed.  LMDB's code.
 */
int store_head(struct log *l, MDB_txn *txn, uint64_t *seq, uint8_t *digest);
int store_indexed(struct log *l, MDB_txn *txn, uint64_t *seq);
int store_put_indexed(struct log *l, MDB_txn *txn, uint64_t seq);

/*
 * See what the journal has behind LMDB's last block, when no writer is there
 * to tell: *HEAD is the last seq of both.  No transaction may be open.
 * LMDB's code.
 */
int store_find(struct log *l, uint64_t *head);

/*
 * What the index says of SUBJECT, zeroes for nothing, and up to which seq it
 * tells.  0, or -1 with errno.
 */
int store_subject(struct log *l, struct str subject, struct log_subject *out,
    uint64_t *indexed);

/* Keys and values of the index. */
enum { STORE_HISTORY_KEY_MAX = EVENT_MAX_SUBJECT + 1 + 8 };
size_t store_history_key(
    uint8_t key[STORE_HISTORY_KEY_MAX], struct str subject, uint64_t version);
void store_subject_pack(uint8_t v[16], const struct log_subject *s);
int store_subject_unpack(struct log_subject *s, const MDB_val *v);

#endif
