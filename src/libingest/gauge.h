#ifndef INGEST_GAUGE_H
#define INGEST_GAUGE_H

#include "figures.h"
#include "journal.h"
#include "mux.h"

#include <stdbool.h>
#include <stdint.h>

/* How much of what a mux counted was told already, and to whom. */
struct gauge {
	struct mux_count counted; /* in the figures */
	struct mux_count measured;
	uint64_t measured_ms;
	bool warned; /* of frames dropped */
};

/* What comes from now on is measured. */
void gauge_begin(struct gauge *g, const struct mux *mux, uint64_t now_ms);

/* Carry over to the figures what was counted since the last time. */
void gauge_count(struct gauge *g, const struct mux *mux, struct figures *f);

/* Append an IngestMeasured of what came in since the last time to BATCH. */
void gauge_measure(struct gauge *g, const struct mux *mux,
    struct journal_about about, uint64_t now_ms, struct buf *batch);

#endif
