#ifndef LOG_WRITER_H
#define LOG_WRITER_H

#include "log.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The one writer of the log.  docs/durability.md tells what is on disk at
 * which moment.
 */
struct log_writer;

/*
 * Open the log in DIR for writing, making it when it is not there.  NULL
 * with errno; EBUSY: the process *HOLDER writes it already.
 */
struct log_writer *log_writer_open(const char *dir, pid_t *holder);

/* What was not committed is lost. */
void log_writer_close(struct log_writer *w);

/* The same log for reading; never log_open() it twice in one process. */
struct log *log_writer_log(struct log_writer *w);

enum log_verdict {
	LOG_STAGED,    /* it goes into the next commit */
	LOG_DUPLICATE, /* its id is known: seq and version as they were;
			* version 0 when that event is damaged or was
			* removed */
	LOG_CONFLICT   /* expect does not hold: version is the real one */
};

struct log_place {
	enum log_verdict verdict;
	uint64_t seq, version;
};

/*
 * Stage E, which was validated, as the next event.  0 with *PLACE, or -1
 * with errno: EAGAIN (commit first: the block is full), ENOMEM, or LMDB's.
 */
int log_writer_add(
    struct log_writer *w, const struct event *e, struct log_place *place);

/* Events staged so far, and the encoded bytes of the I-th of them. */
size_t log_writer_staged(const struct log_writer *w);
struct str log_writer_event(const struct log_writer *w, size_t i);

/*
 * Put what is staged on disk as one block.  0: it is there, whatever
 * happens next; what log_writer_event() gives stays until the next add.
 * -1 with errno: nothing of it is stored and nothing is staged.  ENOSPC and
 * the like (log_writer_temporary) may be tried again; after anything else
 * the disk's state is not known: exit, so that a new process reads it anew.
 */
int log_writer_commit(struct log_writer *w);
int log_writer_temporary(int error);

/* Seq of the last committed event. */
uint64_t log_writer_head(const struct log_writer *w);

/* Where SUBJECT stands, what is staged included.  0, or -1 with errno. */
int log_writer_subject(
    struct log_writer *w, struct str subject, struct log_subject *out);

/*
 * To be called after each commit, once that was answered: begins to move what
 * commits left in the journal to its place in LMDB, when that is due, and to
 * write the index up to there.  A thread does so while the writer goes on.
 * As log_writer_commit(), except that nothing is lost.
 */
int log_writer_tend(struct log_writer *w);

/*
 * Move all of it, and return when that is done: when nothing else is to do, so
 * that other processes' look-ups stay short.  As above.
 */
int log_writer_move(struct log_writer *w);

/*
 * Let go of the places that dead readers hold, which keep the file from being
 * used again.  Moves do this now and then.
 */
void log_writer_check_readers(struct log_writer *w);

/*
 * Give up what the log's own pages take of this process's memory.  To be done
 * now and then, for the log is larger than memory sooner or later.
 */
void log_writer_trim(struct log_writer *w);

#endif
