#ifndef INGEST_GAUGE_H
#define INGEST_GAUGE_H

#include "broadcast.h"
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
	bool linked; /* LINK was told of this encoder */
	struct broadcast_link link, link_measured;
};

/* What comes from now on is measured. */
void gauge_begin(struct gauge *g, const struct mux *mux, uint64_t now_ms);

/* The way from the encoder is as LINK says. */
void gauge_set_link(struct gauge *g, const struct broadcast_link *link);

/* Carry over to the figures what was counted since the last time. */
void gauge_count(struct gauge *g, const struct mux *mux, struct figures *f);

/* Append an IngestMeasured of what came in since the last time to BATCH. */
void gauge_measure(struct gauge *g, const struct mux *mux,
    struct journal_about about, uint64_t now_ms, struct buf *batch);

#endif
