#ifndef LOG_REMOVAL_H
#define LOG_REMOVAL_H

#include "log.h"

/*
 * Removing events.  An order (RemovalOrdered, in the log) names a type and a
 * seq; events of the type up to it give way to a mark with their length and
 * hash, but for the newest event of each subject, which tells the subject's
 * version.  The writer does so a step at a time; docs/durability.md tells
 * what is on disk at which moment.
 */
struct removal {
	struct str type;
	uint64_t until; /* the last seq that goes */
	uint64_t order; /* the order's own seq */
	/* How far it has come. */
	uint64_t next;         /* what is before is done; above UNTIL: all */
	uint64_t count, bytes; /* of the events that went */
	uint64_t first, last;  /* their seqs, 0: none went yet */
};

enum { REMOVAL_MAX = 128 /* orders at a time */ };

/*
 * Set R, whose type and order are known, to where it stands on disk: its
 * beginning when nothing is known of this order.  0, or -1 with errno.
 */
int removal_load(struct log *l, struct removal *r);

/* What a step may cost, about: a block is always rewritten as a whole. */
struct removal_limits {
	uint64_t time_us;
	size_t write_bytes; /* of blocks that are rewritten */
	size_t events;      /* that are removed */
};

/*
 * Go on with the N orders of LIST together, in the log that this process
 * writes, as far as LIMITS allow and the index tells.  What is removed is so
 * with the order's progress in one transaction, synced.  Damaged blocks stay
 * as they are.  0, or -1 with errno and LIST as it was; after
 * log_writer_temporary() ones the log is as it was, too.
 */
int removal_step(struct log *l, struct removal *list, size_t n,
    const struct removal_limits *limits);

#endif
