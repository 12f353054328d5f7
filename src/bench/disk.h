#ifndef BENCH_DISK_H
#define BENCH_DISK_H

#include <stddef.h>
#include <stdint.h>

/* What the bare disk does. */
struct disk_figures {
	uint64_t syncs;
	double syncs_per_s;
	uint64_t p50_us, p99_us; /* of a write and its sync */
};

/*
 * Write BYTES with pwrite(2) and sync them with fdatasync(2), COUNT times or
 * until LIMIT_US have passed, one place after the other in a file under
 * $WEIR_STATE that was filled with zeros before, so that nothing but bytes
 * changes.  0, or -1 with errno.
 */
int disk_measure(
    size_t bytes, uint64_t count, uint64_t limit_us, struct disk_figures *out);

#endif
