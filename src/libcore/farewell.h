#ifndef CORE_FAREWELL_H
#define CORE_FAREWELL_H

/*
 * SIGTERM and SIGINT as input, in every thread that is begun later: a
 * descriptor that is readable once either came.  SIGPIPE is ignored.  -1 with
 * errno.
 */
int farewell_open(void);

#endif
