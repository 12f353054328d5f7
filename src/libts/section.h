#ifndef TS_SECTION_H
#define TS_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The tables of one PID, gathered from packets (13818-1, 2.4.4): of what
 * comes again and again only what differs from the last is handed out.
 */
enum { SECTION_MAX = 1024 };

struct section {
	bool begun;
	size_t len;
	uint8_t bytes[SECTION_MAX];
	size_t last_len;
	uint8_t last[SECTION_MAX];
	uint64_t corrupt; /* that were malformed, or their check was wrong */
};

/* What was begun is not gone on with. */
void section_reset(struct section *s);

/*
 * The payload *P of *N bytes of a packet; START: of payload_unit_start_
 * indicator, a pointer leads to a beginning.  Called again until it returns
 * false.  True: s->last is a section whose check is right, s->last_len bytes.
 */
bool section_take(struct section *s, const uint8_t **p, size_t *n, bool *start);

#endif
