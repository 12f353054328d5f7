#ifndef RTMPD_AGGREGATE_H
#define RTMPD_AGGREGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An aggregate message (RTMP 1.0, section 7.1.6): several FLV tags in one,
 * whose times count from the first one's, which is the message's.
 */
struct aggregate {
	const uint8_t *p, *end;
	uint32_t shift_ms; /* from a tag's time to the message's clock */
	bool begun, bad;
};

/* One tag of it. */
struct aggregate_tag {
	uint8_t type; /* as a message's */
	uint32_t timestamp_ms;
	const uint8_t *p;
	size_t len;
};

void aggregate_init(
    struct aggregate *a, uint32_t timestamp_ms, const uint8_t *p, size_t len);

/* The next tag; false at the end, and when A is bad: cut short. */
bool aggregate_next(struct aggregate *a, struct aggregate_tag *t);

#endif
