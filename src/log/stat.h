#ifndef LOG_STAT_H
#define LOG_STAT_H

#include "readers.h"
#include "tally.h"
#include "usage.h"

#include <stdio.h>

/* What `weir log stat` tells. */
struct stat_report {
	const char *dir;
	uint64_t now_us;
	struct log_usage usage;
	uint64_t recent[TALLY_SPANS]; /* stored within an hour, a day */
	bool counted;                 /* TALLY is filled in */
	struct tally tally;
	struct readers readers;
	/* Types whose removal was ordered and is not finished. */
	char removal[READERS_MAX][EVENT_MAX_ID + 1];
	size_t removals;
};

/*
 * Fill in *S, with the table of types unless QUICK, for which all of the log
 * is read.  0, or -1 with errno.
 */
int stat_make(
    struct stat_report *s, struct log *l, const char *dir, bool quick);

/* Seqs from POSITION to the log's end. */
uint64_t stat_lag(const struct stat_report *s, uint64_t position);

/* Bytes of the file that later commits will use. */
uint64_t stat_free(const struct stat_report *s);

/*
 * Events stored for each SPAN of time since the first one; of a log that is
 * younger than that, all of them.
 */
double stat_rate(const struct stat_report *s, enum tally_span span);

/* As tables for people; as one JSON object and a newline.  The latter 0, or -1
 * with errno. */
void stat_print(const struct stat_report *s, FILE *f);
int stat_json(const struct stat_report *s, FILE *f);

#endif
