#ifndef BENCH_DISK_H
#define BENCH_DISK_H

/*
 * How many times a second the disk under $WEIR_STATE syncs one page that was
 * written: pwrite(2), fdatasync(2), for half a second.  0 when it cannot
 * be told.
 */
double disk_syncs_per_s(void);

#endif
