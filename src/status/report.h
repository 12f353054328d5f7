#ifndef STATUS_REPORT_H
#define STATUS_REPORT_H

#include "onair.h"
#include "proc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What weir-status found out, for people and for programs. */
struct report {
	struct report_daemon {
		const char *name; /* "weir-logd" */
		struct proc proc;
	} daemon[8];
	size_t daemons;
	const char *state, *run; /* the folders looked at */
	/* HOST:PORT, or "" */
	char watch[320], publish[320], publish_srt[320];
	bool log_there;
	struct onair onair;
	uint64_t now_us; /* since the epoch */
};

/* As text, in colours when COLOUR. */
void report_print(const struct report *r, FILE *f, bool colour);

/* As one JSON object and a newline.  0, or -1 with errno. */
int report_json(const struct report *r, FILE *f);

/* "1 d 2 h", "2 h 3 min", "4 min 5 s", "6 s", "0.7 s" into DST. */
enum { REPORT_LENGTH_SIZE = 48 };
void report_length(char dst[REPORT_LENGTH_SIZE], uint64_t us);

/* Bits a second of BYTES that play for MEDIA_US; 0 when that is not known. */
uint64_t report_bit_rate(uint64_t bytes, uint64_t media_us);

#endif
