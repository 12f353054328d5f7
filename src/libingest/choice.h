#ifndef INGEST_CHOICE_H
#define INGEST_CHOICE_H

#include "bus.h"
#include "program.h"

/* Which pipeline a channel takes (program.h), as the log says. */

/* Questions to the log that are under way.  NULL with errno ENOMEM. */
struct choices;
struct choices *choices_open(struct bus_client *bus);

/* Nothing is answered any more; the bus is not to be used after it. */
void choices_close(struct choices *set);

/* CHANNEL takes PIPELINE; "": the usual one. */
typedef void choice_fn(void *ctx, const char *channel, const char *pipeline);

/*
 * Ask what CHANNEL takes.  FN is called once, when the log has answered.  0,
 * or -1 with errno as bus_last().
 */
int choices_ask(
    struct choices *set, const char *channel, choice_fn *fn, void *ctx);

#endif
