#ifndef LOGD_QUERY_H
#define LOGD_QUERY_H

#include "privacy.h"
#include "server.h"
#include "writer.h"

/*
 * Answers questions for the last events of subjects (docs/bus.md, last).  They
 * are told as they are stored, sealed where they are; but a channel's
 * passphrase as text, to who asks for that subject alone at another door than
 * the edge's: weir-srtd cannot do without.
 */
struct query;

/* W, S and P are borrowed.  NULL with errno ENOMEM. */
struct query *query_open(
    struct log_writer *w, struct bus_server *s, struct privacy *p);
void query_close(struct query *q);

/* Answer R, or do not when the log cannot be read now: it is asked again. */
void query_answer(struct query *q, struct bus_request *r);

#endif
