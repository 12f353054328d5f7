#ifndef LOG_USAGE_H
#define LOG_USAGE_H

#include "log.h"

#include <stdbool.h>
#include <sys/types.h>

/* What a log takes up, and who reads it. */
struct log_usage {
	uint64_t head;              /* seq of the last event */
	uint64_t blocks;            /* commits */
	uint64_t first_us, last_us; /* when the first and last of them were */
	uint64_t file_bytes;        /* of data.mdb */
	uint64_t used_bytes;        /* of these, pages that hold something */
	uint64_t map_bytes;         /* address space for it; it is doubled */
	uint64_t journal_bytes;     /* of the journal beside it */
	uint64_t transaction;       /* number of LMDB's last one */
};

/* 0, or -1 with errno. */
int log_usage(struct log *l, struct log_usage *out);

/* A process that has the log open for reading. */
struct log_slot {
	pid_t pid;
	bool pinned;          /* it is inside a transaction just now: */
	uint64_t transaction; /* what was freed since this one stays */
};

/*
 * Call FN for each, also for those that died and were not cleared yet, until
 * it returns non-zero.  0, what FN returned, or -1 with errno.
 */
typedef int log_slot_fn(void *arg, const struct log_slot *slot);
int log_slots(struct log *l, log_slot_fn *fn, void *arg);

#endif
