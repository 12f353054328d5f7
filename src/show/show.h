#ifndef SHOW_H
#define SHOW_H

#include "model.h"

/*
 * Print the rows of M as lines of JSON: as of the log's end, or as of AT, a
 * seq or a date-time.  An exit code, after reporting.
 */
int show_model(const struct model *m, const char *at);

#endif
