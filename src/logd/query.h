#ifndef LOGD_QUERY_H
#define LOGD_QUERY_H

#include "server.h"
#include "writer.h"

/* Answers questions for the last events of subjects (docs/bus.md, last). */
struct query;

/* W and S are borrowed.  NULL with errno ENOMEM. */
struct query *query_open(struct log_writer *w, struct bus_server *s);
void query_close(struct query *q);

/* Answer R, or do not when the log cannot be read now: it is asked again. */
void query_answer(struct query *q, struct bus_request *r);

#endif
