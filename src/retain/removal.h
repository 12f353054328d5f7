#ifndef RETAIN_REMOVAL_H
#define RETAIN_REMOVAL_H

#include "bus.h"
#include "report.h"
#include "stock.h"

/*
 * Say that what is marked in R, which is B folded, goes: RecordingRemoved when
 * nothing is left of a broadcast that ended, or else MediaRemoved for each run
 * of segments, at the version of recording/<id> that R has.  With BUS NULL
 * only tell REPORT.  0; 1 when somebody else was faster, a clip maybe: fold it
 * again; or -1 after reporting, with the exit code in *CODE.
 */
int removal_say(struct bus_client *bus, const struct stock *r,
    const struct listed *b, struct report *report, int *code);

#endif
