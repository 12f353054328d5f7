#ifndef PUSH_QUEUE_H
#define PUSH_QUEUE_H

#include "item.h"

/*
 * What one target has yet to send: whoever puts never waits.  What does not
 * fit makes room by dropping all that is there, up to where decoding may begin
 * again.
 */
struct queue;

/* NULL with errno. */
struct queue *queue_open(size_t max_bytes);
void queue_close(struct queue *q);

/* Add I, which Q holds from here on.  Packets that were dropped for it. */
uint64_t queue_put(struct queue *q, struct item *i);

/* Nothing will be put any more. */
void queue_end(struct queue *q);

/*
 * The next one, held for the caller, waiting for it until DEADLINE_US (of
 * clock_mono_us()).  NULL: none came, or with *OVER all is taken.
 */
struct item *queue_take(struct queue *q, uint64_t deadline_us, bool *over);

/*
 * Nobody takes: drop all, and keep only what is needed to begin with the newest
 * place where decoding may begin, until queue_take().  Before that was ever
 * called, all is kept.
 */
void queue_idle(struct queue *q);

/* Wait until there is something to begin with; false: all is over. */
bool queue_ready(struct queue *q);

/* Wait until DEADLINE_US, or all is over: then false. */
bool queue_sleep(struct queue *q, uint64_t deadline_us);

/*
 * The head of what is there, held for the caller; or NULL.  queue_take() gives
 * a head when it is another one than was given last.
 */
struct item *queue_head(struct queue *q);

#endif
