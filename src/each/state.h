#ifndef EACH_STATE_H
#define EACH_STATE_H

#include "buf.h"
#include "uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a name remembers: an LMDB environment of its own in
 * $WEIR_STATE/each/<name>/ with four databases, all keyed by seq but meta.
 *	meta	position: every event up to this seq was handled
 *		worker: who this is to the other workers (a UUIDv7)
 *	done	the handled ones beyond the position
 *	dead	the dead letters, each a line of JSON
 *	again	dead letters that are to be tried again
 * One process handles events; others may list and put back meanwhile.
 */
struct state;

/*
 * Open the environment in DIR; with WRITE make what is missing, DIR too.
 * NULL with errno: ENOENT, EACCES, EBADMSG, or the system's.
 */
struct state *state_open(const char *dir, bool write);
void state_close(struct state *s);

struct state_start {
	bool known; /* false: this name is new */
	uint64_t position;
	char worker[UUID_TEXT_SIZE];
	uint64_t *done; /* ascending; the caller frees it */
	size_t dones;
};

/* What stands there.  0, or -1 with errno. */
int state_load(struct state *s, struct state_start *out);

struct state_letter {
	uint64_t seq;
	struct str line; /* JSON without a newline */
};

struct state_change {
	uint64_t position;
	const uint64_t *done; /* handled beyond the position */
	size_t dones;
	const struct state_letter *letter;
	size_t letters;
	const uint64_t *again; /* put back, and now handled or dead again */
	size_t agains;
	const char *worker; /* of a new name; NULL: as it is */
};

/*
 * All of C in one transaction, synced.  0: it is on disk.  -1 with errno:
 * nothing of it is; after ENOSPC, EDQUOT or EFBIG it may be tried again,
 * after anything else the disk's state is not known: exit.
 */
int state_commit(struct state *s, const struct state_change *c);
bool state_full(int error);

/*
 * The first CAP seqs that were put back, into SEQ; their number in *N.  0,
 * or -1 with errno.
 */
int state_again(struct state *s, uint64_t *seq, size_t cap, size_t *n);

/*
 * Append the lines of dead letters from seq *FROM on to B, each with a
 * newline, some at a time; *FROM is then where to go on.  1, 0 when there
 * was none, or -1 with errno.
 */
int state_letters(struct state *s, uint64_t *from, struct buf *b);

/* Put the dead letter SEQ back.  0, or -1 with errno ENOENT. */
int state_put_back(struct state *s, uint64_t seq);

/* Let go of places that dead readers hold. */
void state_check_readers(struct state *s);

#endif
