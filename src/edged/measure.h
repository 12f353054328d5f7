#ifndef EDGED_MEASURE_H
#define EDGED_MEASURE_H

#include "buf.h"
#include "head.h"

/*
 * How it goes for those who watch, as their players tell with each request for
 * media (cmcd.h): summed up for each session, and said as PlaybackMeasured,
 * which is transient, at most once in MEASURE_EVERY_MS for each.  A
 * bounded number of sessions is known; the rest only counts.
 */
struct measure;

enum {
	MEASURE_SETS = 512,
	MEASURE_WAYS = 8, /* sessions that are known at once: the product */
	MEASURE_EVERY_MS = 5000,
	MEASURE_GONE_MS = 30000 /* since its last request: it does not watch */
};

/* NULL with errno. */
struct measure *measure_open(void);
void measure_close(struct measure *m);

/*
 * Take what the request with head H and QUERY, for media of BROADCAST, tells.
 * For any thread.
 */
void measure_take(struct measure *m, const struct head *h, struct str query,
    const char *broadcast);

/*
 * Say what is due, and hear what became of that.  For one thread, which calls
 * it at least every 100 ms.  While weir-logd is away sessions go on to be
 * summed up.
 */
void measure_turn(struct measure *m);

/* How many players told lately that they watch BROADCAST.  For any thread. */
uint64_t measure_watching(struct measure *m, const char *broadcast);

/* The figures, as Prometheus' text format, appended to OUT.  For any thread. */
void measure_text(struct measure *m, struct buf *out);

#endif
