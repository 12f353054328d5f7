#ifndef TRACE_H
#define TRACE_H

#include <stdint.h>

/* The files of the log that are recorded. */
enum trace_file { TRACE_DATA, TRACE_JOURNAL, TRACE_FILES };

/*
 * What was done to the log's files, in order: records of this struct, a
 * TRACE_WRITE followed by its LEN bytes.  fault.c writes them, replay.c
 * makes of them what a power cut could have left.
 */
enum trace_op {
	TRACE_START = 1,   /* a process begins */
	TRACE_WRITE,       /* LEN bytes at OFFSET, into the page cache */
	TRACE_SIZE,        /* the file is (at least) OFFSET + LEN bytes long */
	TRACE_TRUNCATE,    /* the file is OFFSET bytes long */
	TRACE_SYNC,        /* everything before is on disk */
	TRACE_SYNC_RANGE,  /* LEN bytes at OFFSET are on disk */
	TRACE_FAIL,        /* a sync failed: what it was for may be lost */
	TRACE_FAIL_RANGE,  /* the same of LEN bytes at OFFSET */
	TRACE_RENAME,      /* the file got its name */
	TRACE_SYNC_FOLDER, /* the names are on disk */
	TRACE_TRY,         /* events up to seq OFFSET will be committed */
	TRACE_ANSWERED     /* events up to seq OFFSET were answered */
};

struct trace {
	uint32_t op, file;
	uint64_t offset, len;
};

/* fault.c's, when it is preloaded. */
void fault_mark(enum trace_op op, uint64_t seq) __attribute__((weak));
void fault_malloc_at(uint64_t n) __attribute__((weak));
uint64_t fault_malloc_left(void) __attribute__((weak));

#endif
