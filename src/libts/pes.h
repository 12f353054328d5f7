#ifndef TS_PES_H
#define TS_PES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The PES packets of one elementary stream (13818-1, 2.4.3.6): their heads
 * read, however packets cut them, and their bytes told apart.
 */
enum { PES_MAX_HEAD = 9 + 255 };

struct pes {
	enum { PES_IDLE, PES_HEAD, PES_BODY } state;
	size_t head_len;
	uint8_t head[PES_MAX_HEAD];
	/* Of the one that began last: */
	bool bounded;     /* it says its length */
	size_t left;      /* then: what is left of it */
	bool timed;       /* it has a PTS */
	int64_t pts, dts; /* 33 bits; the DTS is the PTS when not said */
};

/* A packet begins a PES packet. */
void pes_begin(struct pes *s);

/* What came is not gone on with. */
void pes_lost(struct pes *s);

/*
 * Take what belongs to its head from the *N bytes at *P.  1 when the head is
 * complete now and the fields are set; 0 when it is not, or was before; -1
 * with errno EBADMSG (it is none) or EACCES (it is scrambled).
 */
int pes_head(struct pes *s, const uint8_t **p, size_t *n);

/* How many of N bytes are of its body, if any are: those are counted. */
size_t pes_body(struct pes *s, size_t n);

/* True when all of its body came, as far as it said. */
bool pes_complete(const struct pes *s);

#endif
