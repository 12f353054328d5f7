#ifndef PUSH_TARGET_H
#define PUSH_TARGET_H

#include "item.h"
#include "link.h"

/*
 * One service that all is sent to, by a thread of its own: it connects when
 * there is something to send, and again when the connection is lost, after 1 s
 * and twice as long each time, with jitter.
 */
struct target;

struct target_limits {
	struct link_limits link;
	size_t queue_max_bytes;
	unsigned retry_max_s;
};

/* Start one; U and LIMITS are borrowed.  NULL with errno. */
struct target *target_open(
    const struct url *u, const struct target_limits *limits);

/* I, which the caller keeps a hold of, is to be sent.  Never waits. */
void target_put(struct target *t, struct item *i);

/* Nothing will be put any more: send what is left and say goodbye. */
void target_end(struct target *t);

/* Wait for that until DEADLINE_US; then drop what is left. */
void target_wait(struct target *t, uint64_t deadline_us);

/* True when all went to its end: what was put last was sent. */
bool target_sent(const struct target *t);

/* Only after target_wait(). */
void target_close(struct target *t);

#endif
