#ifndef TS_REMUX_H
#define TS_REMUX_H

/*
 * The transport stream that comes on descriptor IN to OUT as NUT, until its
 * end.  What is passed over is reported as it comes; what was damaged, at the
 * end.  The exit code.
 */
int remux_run(int in, int out);

#endif
