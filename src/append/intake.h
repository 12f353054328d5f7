#ifndef APPEND_INTAKE_H
#define APPEND_INTAKE_H

#include "event.h"

#include <stdbool.h>

/*
 * Cuts a stream into events: lines of JSON or msgpack one after the other,
 * as each record's first byte tells.  What a producer may leave out (id,
 * source, time) is filled in.
 */
struct intake;

/* SOURCE is for events without one; borrowed.  NULL with errno ENOMEM. */
struct intake *intake_open(const char *source);
void intake_close(struct intake *in);

/*
 * Read once from FD.  1: bytes came, 0: the end, -1 with errno (EMSGSIZE:
 * a record is longer than an event may be).
 */
int intake_read(struct intake *in, int fd);

/* What the next record is. */
enum intake_record {
	INTAKE_NONE,    /* not all there yet, or the end */
	INTAKE_EVENT,   /* *OUT: its encoded bytes, until the next call */
	INTAKE_REFUSED, /* *OUT: why it is none; it is passed over */
	INTAKE_BROKEN,  /* *OUT: why no more records can be found */
	INTAKE_FAILED   /* no memory for it, by errno: nothing can go on */
};
enum intake_record intake_next(struct intake *in, struct str *out);

/* True when the event that intake_next() gave last is of a transient type. */
bool intake_transient(const struct intake *in);

/* Number of the record that intake_next() gave last, from 1 (JSON: its
 * line). */
uint64_t intake_place(const struct intake *in);

#endif
