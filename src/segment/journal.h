#ifndef SEGMENT_JOURNAL_H
#define SEGMENT_JOURNAL_H

#include "str.h"
#include "uuid.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What was told of a broadcast of late, and where each track stood then, so
 * that a process that was killed can be gone on from: `journal.0` and
 * `journal.1` in the broadcast's folder, of which one is written and the other
 * is what was before.  Each record is one write, which SIGKILL does not part;
 * nothing is synced, and what a power cut tears is found by its checksum.
 */
enum {
	JOURNAL_FILE_BYTES = 512 * 1024,
	JOURNAL_TRACK_SIZE = 16,
	JOURNAL_HASH_BYTES = 32
};

/* Where a track stands: all that is needed to go on with its samples. */
struct bookmark {
	char clock[UUID_TEXT_SIZE]; /* of the input's times; empty: no name */
	/* One octet, in which earlier versions wrote 0. */
	bool same_boot : 1; /* the machine runs since: nothing of it is lost */
	bool left : 1;   /* that it ended was told, and not that it is back */
	bool begins : 1; /* with that segment, a run that was not told of */
	bool opens : 1;  /* so does decoding: pictures before it do not count */
	bool discontinuity, independent; /* of the segment that grows */
	uint32_t hz, frame_ticks, sequence;
	uint64_t run, msn; /* of the segment that grows, or is next */
	int64_t offset_us; /* output time less the input's */
	int64_t wall_us;   /* wall clock less output time */
	int64_t shift_us;
	int64_t begin;              /* ticks: where that segment begins */
	uint64_t start_us, told_us; /* the same by the wall clock */
	/* Of what is in its file: a multiple of parts, or nothing. */
	uint64_t samples, parts, bytes;
	int64_t said; /* ticks: where the last part ends */
	int64_t part_ticks, part_max_ticks, part_frame, part_next;
	uint8_t hash[JOURNAL_HASH_BYTES]; /* BLAKE2b-256 of these bytes */
};

struct journal;

/*
 * Open the journal in FOLDER, and read what an earlier process left there.
 * 0, or -1 after reporting the cause.
 */
int journal_open(struct journal **j, int folder);
void journal_close(struct journal *j);

/* Where that process left TRACK, or NULL. */
const struct bookmark *journal_mark(const struct journal *j, const char *track);

/* The last that was said of TRACK at segment MSN, into *M.  False: nothing. */
bool journal_at(const struct journal *j, const char *track, uint64_t msn,
    struct bookmark *m);

/*
 * The next event at *AT, 0 to begin with, that is to be told again: it may not
 * have come to the log.  False when there is none.
 */
bool journal_next(const struct journal *j, size_t *at, struct str *event);

/*
 * EVENT is about to be told, or is empty: nothing is; TRACK stands at MARK
 * behind it, or MARK is NULL.
 * PART: it is of the segment that grows, and worth nothing later.  0, or -1
 * after reporting the cause.
 */
int journal_put(struct journal *j, struct str track,
    const struct bookmark *mark, bool part, struct str event);

#endif
