#ifndef LOG_H
#define LOG_H

#include "event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The event log, read in place.  docs/log.md specifies the bytes; only
 * weir-logd writes (writer.h).  Handles are for one thread, and are not
 * used after fork.
 */
struct log;

/*
 * Open the log in directory DIR (usually $WEIR_STATE/log) for reading.
 * NULL with errno: ENOENT (no log there yet), EACCES, or LMDB's.
 */
struct log *log_open(const char *dir);
void log_close(struct log *l);

/* Seq of the last event, 0 for none.  0, or -1 with errno. */
int log_head(struct log *l, uint64_t *seq);

/*
 * The first seq that was committed at TIME_US or later, the last one + 1
 * when none was.  While the clock ran backwards it is one of those that fit.
 * 0 with *SEQ, or -1 with errno.
 */
int log_seq_at(struct log *l, uint64_t time_us, uint64_t *seq);

/*
 * The seq that a person means by TEXT: a number as it stands; a date-time of
 * RFC 3339, the first that was committed then or later; "now", the one behind
 * the last.  With LAST it is to end with: the number, the one before that
 * time, the last.  0 with *SEQ, or -1 with errno EINVAL (TEXT is none of
 * these), ENOTSUP (L is NULL, and only a log could tell), or as log_head().
 */
int log_seq_meant(struct log *l, const char *text, bool last, uint64_t *seq);

struct log_reader;

/*
 * Read events from seq FROM on (0 and 1: from the first).  NULL with errno
 * ENOMEM.
 */
struct log_reader *log_reader_open(struct log *l, uint64_t from);
void log_reader_close(struct log_reader *r);

/*
 * Also check that each block bears the digest of the one before it, as far
 * as both are read; one that does not counts as damaged.
 */
void log_reader_check_chain(struct log_reader *r);

/* Go on at seq FROM. */
void log_reader_seek(struct log_reader *r, uint64_t from);

/*
 * The next event; those that were removed (removal.h) are passed over.
 * 1 with *E, valid until the next call; 0 when there is
 * none yet; -1 with errno: EBADMSG when a block is damaged (*E's seq is the
 * first one of the block; the call after goes on behind it), or LMDB's.
 */
int log_reader_next(struct log_reader *r, struct event *e);

/*
 * The same without decoding, for whoever passes over most of them:
 * log_reader_raw() has the bytes, *SEQ says which one it is.
 */
int log_reader_skim(struct log_reader *r, uint64_t *seq);

/* After EBADMSG: what is wrong, a sentence's end for people. */
const char *log_reader_why(const struct log_reader *r);

/*
 * The encoded bytes of the event that log_reader_next() just gave, valid
 * as long as it.
 */
struct str log_reader_raw(const struct log_reader *r);

/* How many events this reader has passed over because they were removed. */
uint64_t log_reader_removed(const struct log_reader *r);

/* A block as it lies in the log; docs/log.md gives the layout. */
struct log_block {
	uint64_t first; /* seq of its first event */
	uint32_t count; /* events in it */
	struct str bytes;
};

/*
 * The whole block that holds the next event, and go on behind it.  Not to
 * be mixed with log_reader_next() between seeks.  As that one: 1 with *OUT,
 * valid until the next call, 0, or -1 (EBADMSG: OUT's first is told).
 */
int log_reader_block(struct log_reader *r, struct log_block *out);

/* Where a subject stands. */
struct log_subject {
	uint64_t version; /* events so far; 0: there is none */
	uint64_t seq;     /* of the last one */
};

/* Look SUBJECT up.  0, or -1 with errno. */
int log_subject(struct log *l, struct str subject, struct log_subject *out);

/*
 * The same for many look-ups: this holds what the index does not tell of, as
 * it was when it was opened; what is appended later may be told of or not.
 * NULL with errno.
 */
struct log_subject_index;
struct log_subject_index *log_subject_index_open(struct log *l);
void log_subject_index_close(struct log_subject_index *t);
int log_subject_index_get(
    struct log_subject_index *t, struct str subject, struct log_subject *out);

/*
 * Call FN for each subject that begins with PREFIX, in byte order, until it
 * returns non-zero.  FN may read the log.  What is appended meanwhile may be
 * told of or not.  0, what FN returned, or -1 with errno.
 */
typedef int log_subject_fn(
    void *arg, struct str subject, const struct log_subject *s);
int log_subjects(
    struct log *l, struct str prefix, log_subject_fn *fn, void *arg);

/*
 * Read only SUBJECT's events, from its version FROM on, through the index.
 * Then as log_reader_next(), except that the end is the log's end when this
 * was called.  NULL with errno.
 */
struct log_reader *log_reader_open_subject(
    struct log *l, struct str subject, uint64_t from);

/*
 * The event at SEQ, through reader R.  1, 0 when there is none or it was
 * removed, or -1.
 */
int log_reader_at(struct log_reader *r, uint64_t seq, struct event *e);

#endif
