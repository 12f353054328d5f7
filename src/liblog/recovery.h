#ifndef LOG_RECOVERY_H
#define LOG_RECOVERY_H

#include "ids.h"
#include "store.h"

/*
 * What a writer that starts takes up of the events in LMDB: the newest ids,
 * from where they are kept or from the events, and what the index does not
 * tell of.
 */
struct recovery {
	struct log *log;
	struct ids *ids; /* to be filled */
	uint64_t head;   /* the last event */
	/* Told of each event that the index does not tell of, in order.  0,
	 * or -1 with errno: it ends with that. */
	int (*event)(
	    void *arg, const struct event *e, const struct ids_key *id);
	void *arg;
};

/* 0, or -1 with errno. */
int recovery_run(const struct recovery *r);

#endif
