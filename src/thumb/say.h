#ifndef THUMB_SAY_H
#define THUMB_SAY_H

#include "bus.h"

/* What is said of broadcasts, through the door for media. */
struct say;

struct say *say_open(void); /* NULL with errno */
void say_close(struct say *s);

/* Take answers, send again what was not answered; at least every 100 ms. */
void say_turn(struct say *s);

/*
 * Say the event of TYPE with DATA (see event_put) about BROADCAST.  0, or -1
 * with errno as bus_append().
 */
int say_event(struct say *s, enum event_type type, const char *broadcast,
    const void *data);

/* Events that were not answered yet. */
size_t say_waiting(const struct say *s);

#endif
