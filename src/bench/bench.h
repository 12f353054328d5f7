#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

/* What was asked for on the command line. */
struct bench {
	uint64_t producers;   /* each with a socket of its own */
	uint64_t inflight;    /* events of each that wait for an answer */
	uint64_t batch;       /* events of a commit */
	uint64_t count;       /* events, or syncs, in all */
	uint64_t bytes;       /* of text in each event */
	uint64_t write_bytes; /* of each sync */
};

/* Each measures, prints one line of JSON and gives an exit code. */

/* Load the running weir-logd through the bus. */
int bench_log(const struct bench *ask);

/* Write to the log in this process, with weir-logd's library. */
int bench_append(const struct bench *ask);

/* Read the whole log in place, decoding each event. */
int bench_replay(const struct bench *ask);

/* The same through a projection that counts the events of each type. */
int bench_projection(const struct bench *ask);

/* Write to the bare disk and sync. */
int bench_disk(const struct bench *ask);

#endif
