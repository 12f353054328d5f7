#ifndef THUMB_TASK_H
#define THUMB_TASK_H

#include "buf.h"
#include "codec.h"
#include "loudness.h"
#include "picture.h"

/*
 * What a worker is asked to do, and what it answers: records one after the
 * other, written and read by this program alone, on one machine.  The worker
 * trusts the task; nobody trusts the answer, since who wrote it has decoded
 * what strangers sent.
 */

enum task_op {
	/* The track that units are of: A its kind, B its codec, C channels, D
	 * sample rate; then its configuration record. */
	TASK_TRACK = 1,
	TASK_UNIT,  /* An access unit: A the descriptor, B where, C bytes */
	TASK_STILL, /* write the picture: A its form, B fits into so much */
	/* Begin a sheet: A width, B height, C columns, D pictures; its form
	 * follows, in one octet. */
	TASK_SHEET,
	TASK_PLACE, /* put the picture into the sheet's place A */
	TASK_PRINT, /* write the sheet */
	TASK_SOUND  /* tell how loud the units of sound were */
};

struct task_record {
	uint32_t op, bytes; /* that follow */
	uint64_t a, b, c, d;
};

struct task_answer {
	uint32_t op;    /* what was done */
	uint32_t bytes; /* that follow */
	uint64_t a;     /* TASK_STILL: the form; TASK_PLACE: which */
	uint64_t b;     /* TASK_PLACE: 0, or 1 + how much is to be seen */
};

enum {
	TASK_MAX_BYTES = 16 * 1024 * 1024, /* of a task, and of its answer */
	TASK_QUALITY = 75
};

/* Append a record, or several; B remembers what does not fit. */
void task_put(struct buf *b, const struct task_record *r);
void task_track(struct buf *b, const struct media_track *t);
void task_unit(struct buf *b, int fd, uint64_t offset, uint32_t bytes);
void task_sheet(struct buf *b, enum picture_form form, unsigned width,
    unsigned height, unsigned columns, unsigned pictures);

/* Walk the answer's records: true with the next one and its bytes. */
bool task_next(struct str *answer, struct task_answer *a, struct str *bytes);

/* Do what FD asks for, and write the answers to OUT.  An exit code. */
int task_work(int fd, int out);

#endif
