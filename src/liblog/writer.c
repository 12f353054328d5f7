#include "writer.h"
#include "changes.h"
#include "clock.h"
#include "file.h"
#include "ids.h"
#include "mover.h"
#include "recovery.h"
#include "resident.h"
#include "stage.h"
#include "store.h"
#include "subjects.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* Blocks are moved and the index is written after so many events:
	 * few enough for the move not to be felt. */
	MOVE_STEP = 8192,
	/* The index, at the start, when it is behind. */
	RECOVER_STEP = 16 * MOVE_STEP,
	/* A reader that died pins the pages that were freed since; we look
	 * for such after so many moves, which frees some MiB at most. */
	CHECK_STEP = 16,
	/* Each move touches pages all over the log, some MiB of them. */
	TRIM_STEP = 2,
	/* Unchanged subjects that are kept in memory to be found again. */
	MAX_CACHED_SUBJECTS = 65536
};

struct log_writer {
	int lock_fd;
	struct log *log;
	struct log_reader *reader; /* for what is asked now and then */
	struct subjects *subjects;
	struct changes *changes; /* the last STAGED are not committed yet */
	struct ids *ids;
	struct mover *mover;
	struct stage *stage;
	size_t staged;
	unsigned unchecked;                 /* moves since CHECK_STEP */
	uint64_t head;                      /* last committed seq */
	uint8_t digest[BLOCK_DIGEST_BYTES]; /* of the last block, unless */
	bool undigested;                    /* it is that of STAGE */
};

int
log_writer_temporary(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG ||
	       error == ENOMEM || error == EAGAIN;
}

/* The entry of NAME, from the index when it is not in memory. */
static struct subject *
subject_get(struct log_writer *w, struct str name)
{
	struct subject *s = subjects_find(w->subjects, name);
	struct log_subject now;
	uint64_t indexed;

	if (s != NULL)
		return s;
	/* Conflicts alone change nothing, and must not fill the memory. */
	if (changes_count(w->changes) == 0 && !mover_busy(w->mover) &&
	    subjects_count(w->subjects) > 2 * MAX_CACHED_SUBJECTS)
		subjects_reset(w->subjects);
	/* Not changed since the index was written: the index knows. */
	if (store_subject(w->log, name, &now, &indexed) == -1)
		return NULL;
	if ((s = subjects_add(w->subjects, name)) != NULL)
		s->now = now;
	return s;
}

static int move(struct log_writer *w, bool staged);
static int move_wait(struct log_writer *w);

/*
 * Take up where the log ends: what the writer before left in the journal is
 * in LMDB then.  0, or -1 with errno.
 */
static int
recover_blocks(struct log_writer *w)
{
	MDB_txn *txn;
	int rc;

	if ((rc = store_find(w->log, &w->head)) != 0)
		goto err;
	if (journal_waiting(w->log->journal) > 0 &&
	    (move(w, false) == -1 || move_wait(w) == -1))
		return -1;
	if ((rc = store_begin(w->log, &txn)) == 0) {
		rc = store_head(w->log, txn, &w->head, w->digest);
		mdb_txn_abort(txn);
	}
	if (rc != 0)
		goto err;
	journal_moved(w->log->journal, 0, w->head + 1);
	return 0;
err:
	errno = store_errno(rc);
	return -1;
}

/* Take up what the event E, of which the index does not tell, did.  0, or -1
 * with errno. */
static int
recover_event(void *arg, const struct event *e, const struct ids_key *id)
{
	struct log_writer *w = arg;
	struct subject *s;

	if ((s = subject_get(w, e->subject)) == NULL ||
	    changes_reserve(w->changes) == -1)
		return -1;
	changes_add(w->changes, s, id, e->version, e->seq);
	/* A log without its index: in steps, or memory would hold it all. */
	return changes_count(w->changes) >= RECOVER_STEP ? log_writer_move(w)
							 : 0;
}

static int
recover_events(struct log_writer *w)
{
	const struct recovery r = {
	    .log = w->log,
	    .ids = w->ids,
	    .head = w->head,
	    .event = recover_event,
	    .arg = w,
	};

	return recovery_run(&r);
}

struct log_writer *
log_writer_open(const char *dir, pid_t *holder)
{
	struct log_writer *w = calloc(1, sizeof(*w));
	char path[PATH_MAX];

	*holder = 0;
	if (w == NULL)
		return NULL;
	w->lock_fd = -1;
	if (file_mkdirs(dir, 0770) == -1)
		goto err;
	if ((size_t)snprintf(path, sizeof(path), "%s/writer.lock", dir) >=
	    sizeof(path)) {
		errno = ENAMETOOLONG;
		goto err;
	}
	if ((w->lock_fd = file_lock(path, holder)) == -1 ||
	    (w->log = store_open(dir, true)) == NULL ||
	    (w->log->journal = journal_make(dir)) == NULL ||
	    (w->subjects = subjects_open()) == NULL ||
	    (w->changes = changes_open()) == NULL ||
	    (w->ids = ids_open(w->log->ids_secret)) == NULL ||
	    (w->stage = stage_open()) == NULL ||
	    (w->mover = mover_open(w->log)) == NULL ||
	    (w->reader = log_reader_open(w->log, 1)) == NULL ||
	    recover_blocks(w) == -1 || recover_events(w) == -1)
		goto err;
	log_writer_trim(w);
	return w;
err:
	log_writer_close(w);
	return NULL;
}

void
log_writer_close(struct log_writer *w)
{
	int saved = errno;

	if (w == NULL)
		return;
	mover_close(w->mover);
	log_reader_close(w->reader);
	log_close(w->log);
	subjects_close(w->subjects);
	ids_close(w->ids);
	stage_close(w->stage);
	changes_close(w->changes);
	if (w->lock_fd != -1)
		(void)close(w->lock_fd);
	free(w);
	errno = saved;
}

struct log *
log_writer_log(struct log_writer *w)
{
	return w->log;
}

uint64_t
log_writer_head(const struct log_writer *w)
{
	return w->head;
}

int
log_writer_subject(
    struct log_writer *w, struct str subject, struct log_subject *out)
{
	struct subject *s = subject_get(w, subject);

	if (s == NULL)
		return -1;
	*out = s->now;
	return 0;
}

/*
 * The version of the event SEQ, which may be staged, into *VERSION; 0 when it
 * is damaged.  0, or -1 with errno.
 */
static int
version_at(struct log_writer *w, uint64_t seq, uint64_t *version)
{
	struct event e;
	int n;

	if (seq > w->head) {
		*version = changes_version(
		    w->changes, changes_count(w->changes) - w->staged +
				    (size_t)(seq - w->head - 1));
		return 0;
	}
	if ((n = log_reader_at(w->reader, seq, &e)) == -1 && errno != EBADMSG)
		return -1;
	*version = n == 1 ? e.version : 0;
	return 0;
}

/* Have the digest of the last block, which the next one will bear. */
static void
finish_digest(struct log_writer *w)
{
	if (w->undigested)
		stage_digest(w->stage, w->digest);
	w->undigested = false;
}

int
log_writer_add(
    struct log_writer *w, const struct event *e, struct log_place *place)
{
	struct ids_key id = ids_key(w->ids, e->id);
	struct event logged = *e;
	struct subject *s;
	uint64_t known;

	if ((s = subject_get(w, e->subject)) == NULL)
		return -1;
	if (w->staged == 0) {
		finish_digest(w);
		if (stage_begin(w->stage) == -1)
			return -1;
	}
	logged.seq = w->head + w->staged + 1;
	logged.version = s->now.version + 1;
	logged.expect = EVENT_ANY;
	if (changes_reserve(w->changes) == -1 ||
	    stage_put(w->stage, &logged) == -1)
		return -1;
	/* Asked only now: the memory that tells was on its way until here. */
	if ((known = ids_find(w->ids, &id)) != 0) {
		uint64_t version;

		stage_drop(w->stage);
		if (version_at(w, known, &version) == -1)
			return -1;
		*place = (struct log_place){LOG_DUPLICATE, known, version};
		return 0;
	}
	if (e->expect != EVENT_ANY && e->expect != s->now.version) {
		stage_drop(w->stage);
		*place = (struct log_place){
		    LOG_CONFLICT, s->now.seq, s->now.version};
		return 0;
	}
	changes_add(w->changes, s, &id, logged.version, logged.seq);
	stage_keep(w->stage);
	w->staged++;
	ids_add(w->ids, &id, logged.seq);
	*place = (struct log_place){LOG_STAGED, logged.seq, logged.version};
	return 0;
}

size_t
log_writer_staged(const struct log_writer *w)
{
	return w->staged;
}

struct str
log_writer_event(const struct log_writer *w, size_t i)
{
	return stage_event(w->stage, i);
}

/* The staged events will not be stored: undo what they did. */
static void
rollback(struct log_writer *w)
{
	ids_truncate(w->ids, w->head + 1);
	changes_undo(w->changes, w->staged);
	w->staged = 0;
}

/* A move has ended: now and then look after what it leaves. */
static void
moved(struct log_writer *w)
{
	if (changes_count(w->changes) == 0 &&
	    subjects_count(w->subjects) > MAX_CACHED_SUBJECTS)
		subjects_reset(w->subjects);
	if (++w->unchecked % TRIM_STEP == 0)
		log_writer_trim(w);
	if (w->unchecked == CHECK_STEP)
		log_writer_check_readers(w);
}

/*
 * See what became of the move that was begun, with WAIT wait for its end; one
 * that failed for a time is tried again.  0, also when it is still on its way,
 * or -1 with errno.
 */
static int
move_end(struct log_writer *w, bool wait)
{
	int rc;

	if (!mover_busy(w->mover))
		return 0;
	if ((rc = mover_end(w->mover, wait)) == EINPROGRESS)
		return 0;
	if (rc != 0 && log_writer_temporary(store_errno(rc)))
		rc = mover_again(w->mover);
	if (rc == 0) {
		moved(w);
		return 0;
	}
	errno = store_errno(rc);
	return -1;
}

static int
move_wait(struct log_writer *w)
{
	return move_end(w, true);
}

/*
 * Have room for all that is to be moved.  The map is not made larger under a
 * move, and what is taken must not fail to be moved for want of room later.
 */
static int
reserve(struct log_writer *w)
{
	size_t bytes =
	    mover_max_bytes(w->mover, stage_bytes(w->stage)->len, w->changes);
	int rc;

	if (mover_busy(w->mover) && !store_fits(w->log, bytes) &&
	    move_wait(w) == -1)
		return -1;
	if ((rc = store_reserve(w->log, bytes)) == 0)
		return 0;
	errno = store_errno(rc);
	return -1;
}

/*
 * Begin to move what waits in the journal, with STAGED the staged block as
 * well; and the index, unless a block is staged that is not to be in it yet.
 * 0, or -1 with errno.
 */
static int
move(struct log_writer *w, bool staged)
{
	bool index = staged || w->staged == 0;
	struct move m = {
	    .block = staged ? stage_bytes(w->stage) : NULL,
	    .first_seq = w->head + 1,
	    .next = w->head + (staged ? w->staged : 0) + 1,
	};
	int rc;

	if (move_wait(w) == -1 || reserve(w) == -1)
		return -1;
	rc = mover_begin(w->mover, &m, index ? &w->changes : NULL, w->subjects);
	if (rc == 0)
		return 0;
	errno = rc;
	return -1;
}

/* A block too large for the journal.  0, or -1 with errno. */
static int
store_large(struct log_writer *w)
{
	if (move(w, true) == -1)
		return -1;
	if (move_wait(w) == 0)
		return 0;
	mover_cancel(w->mover, &w->changes);
	return -1;
}

/* Have the sealed block on disk.  0, or -1 with errno. */
static int
store_block(struct log_writer *w, const struct block *k)
{
	struct buf *b = stage_bytes(w->stage);
	struct journal *j = w->log->journal;
	int rc;

	if (b->len > journal_block_max(j))
		return store_large(w);
	/* First by the end of a move that is on its way. */
	if (!journal_fits(j, b->len) && move_wait(w) == -1)
		return -1;
	if (!journal_fits(j, b->len) &&
	    (move(w, false) == -1 || move_wait(w) == -1))
		return -1;
	if ((rc = journal_append(j, k, b)) == 0)
		return 0;
	errno = rc;
	return -1;
}

int
log_writer_commit(struct log_writer *w)
{
	const struct block *block;

	if (w->staged == 0)
		return 0;
	if (move_end(w, false) == -1 || reserve(w) == -1)
		goto err;
	block = stage_seal(w->stage, w->head + 1, clock_real_us(), w->digest);
	if (store_block(w, block) == -1)
		goto err;
	w->undigested = true;
	w->head += w->staged;
	w->staged = 0;
	return 0;
err:
	rollback(w);
	return -1;
}

int
log_writer_tend(struct log_writer *w)
{
	finish_digest(w);
	if (move_end(w, false) == -1)
		return -1;
	if (mover_busy(w->mover) || (changes_count(w->changes) < MOVE_STEP &&
					!journal_due(w->log->journal)))
		return 0;
	if (move(w, false) == -1)
		return -1;
	/* Subjects are forgotten when nothing points to them any more. */
	return subjects_count(w->subjects) > 2 * MAX_CACHED_SUBJECTS
		   ? move_wait(w)
		   : 0;
}

int
log_writer_move(struct log_writer *w)
{
	if (changes_count(w->changes) > 0 && move(w, false) == -1)
		return -1;
	return move_wait(w);
}

void
log_writer_check_readers(struct log_writer *w)
{
	int dead;

	w->unchecked = 0;
	(void)mdb_reader_check(w->log->env, &dead);
}

void
log_writer_trim(struct log_writer *w)
{
	mdb_filehandle_t fd;

	if (mdb_env_get_fd(w->log->env, &fd) == 0)
		resident_drop(fd);
	journal_trim(w->log->journal);
}
