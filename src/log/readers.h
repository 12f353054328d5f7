#ifndef LOG_READERS_H
#define LOG_READERS_H

#include "usage.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * Who reads the log: processes that have it open, and consumers that keep a
 * durable place, whether they run or not.
 */
enum { READERS_MAX = 256, READERS_NAME_SIZE = 160 };

struct readers {
	struct process {
		pid_t pid;
		char name[READERS_NAME_SIZE]; /* of its program */
		bool dead;                    /* it left its place behind */
		bool pinned;                  /* inside a transaction: */
		uint64_t behind; /* pages freed since so many stay */
	} process[READERS_MAX];
	size_t processes;
	struct consumer {
		const char *kind; /* "each", "projection" */
		char name[READERS_NAME_SIZE];
		int error; /* errno: why its place is not known; 0: it is */
		uint64_t
		    position;  /* seq of the last event it is through with */
		uint64_t dead; /* letters it gave up */
	} consumer[READERS_MAX];
	size_t consumers;
};

/* More than READERS_MAX are left out; U is of L.  0, or -1 with errno. */
int readers_find(struct readers *r, struct log *l, const struct log_usage *u);

#endif
