#ifndef TRANSCODE_INPUT_H
#define TRANSCODE_INPUT_H

#include "transcoder.h"

/*
 * Transcode what comes on FD until its end, until it cannot be read, or until
 * SIGTERM or SIGINT; each time what came so far goes out.  The exit code.
 */
int input_run(int fd, struct transcoder *t, struct outlet *outlet);

#endif
