#ifndef RTMPD_FIGURES_H
#define RTMPD_FIGURES_H

#include "refusal.h"

#include <stdint.h>

/* What weir-rtmpd counts of itself; shown as metrics. */
struct figures {
	uint64_t connections, publishers; /* now */
	uint64_t accepted;                /* connections, ever */
	uint64_t broadcasts;              /* begun */
	uint64_t interrupted;             /* broadcasts, now */
	uint64_t resumed, taken_over;     /* ever */
	uint64_t bytes;                   /* received */
	uint64_t frames, dropped, malformed;
	uint64_t restarts; /* of pipelines */
	uint64_t refused[REFUSALS];
};

#endif
