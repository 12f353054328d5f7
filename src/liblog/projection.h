#ifndef LOG_PROJECTION_H
#define LOG_PROJECTION_H

#include "log.h"

#include <sys/types.h>

/*
 * A projection: rows, sorted by key, that a fold makes of the log's events.
 * Rows and the place in the log that they show change in one transaction, so
 * each event counts once; and all of it can be thrown away, since folded again
 * it has the same bytes.  docs/durability.md (D40...) tells what is on disk
 * when.  A handle is for one thread, and is not used after fork.
 */
struct projection;

enum {
	PROJECTION_MAX_KEY = 511,       /* bytes; and at least 1 */
	PROJECTION_MAX_VALUE = 1 << 20, /* bytes */
	PROJECTION_MAX_WANT = 32,       /* types */
	PROJECTION_DIGEST_BYTES = 32,
};

struct projection_type {
	const char *name; /* of its folder, too */
	/* Of the fold: rows of another version are folded anew. */
	uint32_t version;
	/* The types that APPLY is given, up to EVENT_NONE; NULL: all. */
	const enum event_type *want;
	/*
	 * Fold E in, by the calls below.  What becomes of it depends on E and
	 * the rows alone: not on the clock, the environment or chance.  0, or
	 * -1 with errno EBADMSG and nothing changed: E contradicts the
	 * contract and is passed over; or as one of the calls left errno.
	 */
	int (*apply)(struct projection *p, const struct event *e);
};

/*
 * For APPLY, and for looking at the rows between events.  A value is good
 * until the next call that changes rows or takes an event.
 */

/* The value of the row KEY: 1, 0 when there is none, or -1 with errno. */
int projection_get(struct projection *p, struct str key, struct str *value);

/*
 * Make the row KEY, change it, take it away (also one that is not there).
 * 0, or -1 with errno: EINVAL (too long, or no key), ENOMEM, or LMDB's.
 */
int projection_put(struct projection *p, struct str key, struct str value);
int projection_del(struct projection *p, struct str key);

/*
 * Call FN for each row whose key begins with PREFIX, in byte order, until it
 * returns non-zero.  FN must change no row and begin no walk.  0, what FN
 * returned, or -1 with errno.
 */
typedef int projection_row_fn(void *arg, struct str key, struct str value);
int projection_walk(
    struct projection *p, struct str prefix, projection_row_fn *fn, void *arg);

/*
 * Open the projection that is kept in DIR/<name>, made when it is not there;
 * L is borrowed, as is T.  It begins anew when its fold is of another version,
 * when it was folded from another log (or from events that a power cut took),
 * and when it is damaged.  NULL with errno: EBUSY (the process *HOLDER keeps
 * it, or 0 when that is not known), or the system's.
 */
struct projection *projection_open(const struct projection_type *t,
    struct log *l, const char *dir, pid_t *holder);

/* Why the one that was kept was thrown away, for people; NULL: it was not. */
const char *projection_anew(const struct projection *p);

/*
 * A private one, which ends with its handle and leaves nothing behind.  It is
 * folded up to UNTIL at most (UINT64_MAX: to the end), and begins with what is
 * kept in DIR, as far as that can be read and is of use; with NULL it is
 * folded from the first event.  NULL with errno.
 */
struct projection *projection_open_private(const struct projection_type *t,
    struct log *l, const char *dir, uint64_t until);

/*
 * What is kept in DIR, as it stands there now: rows, seq and digest; it takes
 * no events.  NULL with errno: ENOENT (nothing is kept), ESTALE (of another
 * version of the fold, or of another log), or the system's.
 */
struct projection *projection_open_kept(
    const struct projection_type *t, struct log *l, const char *dir);

/* What was not committed is folded again the next time. */
void projection_close(struct projection *p);

/*
 * Take the next event of the log, fold it in if its type is wanted, and give
 * it.  1 with *E, good until the next call; 0 at the end, for now; -1 with
 * errno.  EBADMSG: it was passed over, and the next call goes on behind it.
 * *E's type_name is empty then when it is a damaged block that begins at *E's
 * seq; projection_why() tells.  After anything else what was not committed is
 * undone, and its events come again.
 */
int projection_next(struct projection *p, struct event *e);
const char *projection_why(const struct projection *p);

/*
 * The same for up to BUDGET_MS, without giving the events, of which those that
 * are not wanted are not even decoded.  1 when there may be more, 0 at the
 * end, -1 as above (*E is filled in with EBADMSG only).
 */
int projection_run(struct projection *p, unsigned budget_ms, struct event *e);

/* Seq of the last event taken. */
uint64_t projection_seq(const struct projection *p);

/*
 * Write what changed.  0, or -1 with errno; then it stays in memory, where
 * everything goes on, and after ENOSPC, EDQUOT, EFBIG or ENOMEM a later call
 * may succeed.  After anything else nothing is kept any more: the next to open
 * it folds anew.
 */
int projection_commit(struct projection *p);

/*
 * The same, for whoever follows the log and calls this after each turn: at
 * most once a second, and only when it is worth it.
 */
int projection_settle(struct projection *p);

/* Throw the rows away and begin at the first event.  0, or -1 with errno. */
int projection_drop(struct projection *p);

/*
 * BLAKE2b-256 over all rows by key, each as the lengths of key and value (4
 * bytes each, little-endian), key and value, and then the seq of the last
 * event taken (8 bytes).  0, or -1 with errno.
 */
int projection_digest(
    struct projection *p, uint8_t digest[PROJECTION_DIGEST_BYTES]);

#endif
