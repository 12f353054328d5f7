#ifndef BENCH_NOTE_H
#define BENCH_NOTE_H

#include "buf.h"

#include <stdint.h>

/*
 * Put the data of the event that is measured with, a NoteWritten with BYTES of
 * text, into B.  0, or -1 with errno.
 */
int note_put(uint64_t bytes, struct buf *b);

#endif
