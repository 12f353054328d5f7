#ifndef SEGMENT_SANDBOX_H
#define SEGMENT_SANDBOX_H

/*
 * Give up what segmenting does not need, before the first byte from outside
 * is read: new privileges, core files, memory and descriptors without end.
 * 0, or -1 after reporting the cause.
 */
int sandbox_enter(void);

#endif
