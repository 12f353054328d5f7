#ifndef SEGMENT_INPUT_H
#define SEGMENT_INPUT_H

#include "segmenter.h"

/*
 * Segment what comes on FD until its end, until it cannot be read, or until
 * SIGTERM or SIGINT; each time the last segments are made.  The exit code.
 */
int input_run(int fd, struct segmenter *s);

#endif
