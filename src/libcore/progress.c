#include "progress.h"
#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	WIDTH = 30,
	/* The line is written anew after so long. */
	PERIOD_US = 100000,
	/* What takes no longer than this needs no line. */
	PATIENCE_US = 500000
};

void
progress_init(struct progress *p, const char *what, uint64_t total)
{
	*p = (struct progress){.what = what,
	    .total = total,
	    .begun_us = clock_mono_us(),
	    .terminal = isatty(STDERR_FILENO) == 1};
	p->shown_us = p->begun_us + PATIENCE_US - PERIOD_US;
}

void
progress_set(struct progress *p, uint64_t done)
{
	static const char bar[] = "##############################";
	uint64_t now_us, left_s;
	double part;

	if (!p->terminal)
		return;
	now_us = clock_mono_us();
	if (now_us < p->shown_us + PERIOD_US)
		return;
	p->shown_us = now_us;
	p->shown = true;
	part = p->total > 0 ? (double)done / (double)p->total : 1;
	part = part < 1 ? part : 1;
	left_s = part > 0 ? (uint64_t)((double)(now_us - p->begun_us) *
				       (1 - part) / part / 1e6)
			  : 0;
	fprintf(stderr,
	    "\r%s [%-*.*s] %3.0f%%  %" PRIu64 ":%02" PRIu64 " left ", p->what,
	    WIDTH, (int)(part * WIDTH), bar, part * 100, left_s / 60,
	    left_s % 60);
	(void)fflush(stderr);
}

void
progress_fini(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
	p->shown = false;
}
