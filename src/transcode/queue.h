#ifndef TRANSCODE_QUEUE_H
#define TRANSCODE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

/* From one thread to another: pointers, in order, at most so many at once. */
struct queue;

struct queue *queue_open(size_t cap); /* NULL with errno ENOMEM */

/* There must be nothing in it. */
void queue_close(struct queue *q);

/*
 * Put ITEM, which is not NULL; when there is no room, wait for it, or, without
 * WAIT, -1.  0 otherwise.
 */
int queue_put(struct queue *q, void *item, bool wait);

/* The next item; NULL when it was ended and nothing is left. */
void *queue_take(struct queue *q);

/* Nothing more will be put. */
void queue_end(struct queue *q);

#endif
