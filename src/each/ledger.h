#ifndef EACH_LEDGER_H
#define EACH_LEDGER_H

#include "from.h"
#include "state.h"
#include "work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How far a consumer has come: what was handled, and when that is put on
 * disk.  Several events share one commit; what was handled since the last
 * one is handled again after a crash (docs/durability.md, D20 to D24).
 */
enum { LEDGER_MAX_AGAIN = 64 };
struct ledger {
	struct state *state;
	struct window *window;
	struct state_start start;
	size_t start_at;   /* of its done ones that were met again */
	uint64_t scanned;  /* seq of the event read last */
	uint64_t position; /* as it stands on disk */
	uint64_t pending;  /* handled since the last commit */
	uint64_t since_us; /* mono: when the first of those was */
	uint64_t last_us;  /* mono: of the last commit */
	bool full;         /* the disk is: nothing new is to begin */
	struct buf text;   /* of the letters, one after the other */
	uint64_t *letter;  /* seq and length of each */
	size_t letters, letters_cap;
	uint64_t again[LEDGER_MAX_AGAIN]; /* put back, and done with */
	size_t agains;
	uint64_t done[WINDOW_MAX]; /* room for a commit */
};

/*
 * Open the state in DIR; a new name begins where FROM says and is on disk
 * then.  L NULL: there is no log yet.  0, or -1 after reporting.
 */
int ledger_open(struct ledger *d, const char *dir, const struct from *from,
    struct log *l, struct window *w);
void ledger_close(struct ledger *d);

/*
 * The event SEQ was read.  True when it was handled before the start.
 */
bool ledger_read(struct ledger *d, uint64_t seq);

/* N events were handled that never were in the window. */
void ledger_passed(struct ledger *d, uint64_t n);

/* K was handled, or has failed.  0, or -1 with errno ENOMEM. */
int ledger_handled(struct ledger *d, const struct work *k);

/* The dead letter SEQ was put back, and cannot be found in the log. */
void ledger_gone(struct ledger *d, uint64_t seq);

/* Is there something that a commit would put on disk? */
bool ledger_dirty(struct ledger *d);

/* When to commit (mono us); IDLE: nothing else is to be done. */
uint64_t ledger_due(struct ledger *d, bool idle);

/*
 * Commit.  0, also when the disk is full (D->full), or -1 after reporting
 * what forbids to go on.
 */
int ledger_commit(struct ledger *d);

#endif
