#ifndef RELAY_H
#define RELAY_H

#include "conf.h"

#include <stdbool.h>

/*
 * Stands between encoders and an ingest: hands on what either says, and keeps
 * what the encoders say, a file for each connection.
 */
struct relay_settings {
	struct conf_address listen, to;
	const char *dir; /* where files are made */
	bool keep_key;   /* else stream keys are taken out of them */
};

enum { RELAY_MAX_PAIRS = 64 /* connections at a time */ };

/* Until SIGTERM or SIGINT.  An exit code. */
int relay_run(const struct relay_settings *set);

#endif
