#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

/* What was asked for on the command line. */
struct bench {
	uint64_t producers; /* each with a socket of its own */
	uint64_t inflight;  /* events of each that wait for an answer */
	uint64_t count;     /* events in all */
	uint64_t bytes;     /* of text in each */
};

/*
 * Load the running weir-logd through the bus and print what it took as one
 * line of JSON.  An exit code.
 */
int bench_log(const struct bench *b);

/* Read the whole log in place, decoding each event; print as above. */
int bench_replay(void);

#endif
