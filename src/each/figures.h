#ifndef EACH_FIGURES_H
#define EACH_FIGURES_H

#include "metrics.h"

#include <stdbool.h>
#include <stdint.h>

/* What a consumer counts, and its file $WEIR_RUN/metrics/each-<name>.prom. */
struct figures {
	uint64_t handled; /* events that are done with, not dead letters */
	uint64_t failed;  /* tries that did not end with 0 */
	uint64_t dead;
	uint64_t damaged; /* blocks of the log that were passed over */
	uint64_t position, scanned;
	/* For figures.c. */
	char name[6][128];
	struct daemon_metric metric[7];
	struct metrics file;
	bool on;
};

/* Without the file, after a warning, nothing is lost but the figures. */
void figures_init(struct figures *f, const char *id);
void figures_fini(struct figures *f);
void figures_write(struct figures *f);

#endif
