#ifndef EDGED_BODY_H
#define EDGED_BODY_H

#include "buf.h"
#include "page.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * The body of an answer in pieces, some of which it shares with others: they
 * are sent as they lie.  It never changes, and lives until the last holder lets
 * go.
 */
struct body {
	atomic_uint holders;
	size_t pieces;
	struct iovec *piece;
	uint64_t bytes;
	uint32_t crc;  /* of them */
	char etag[40]; /* strong entity tag of them, with its quotes */
	/* Where pieces lie: in pages, and what is its own. */
	struct pages *pages;
	size_t begin_bytes;
	struct buf own;
	unsigned char *packed[2];
	unsigned char trailer[8];
};

enum { BODY_MAX_PIECES = 1008 /* below what writev(2) takes */ };

/*
 * The first BEGIN_BYTES of OWN, which is taken over and left empty, then the
 * lines of P's segments from FIRST up to, and without, LAST, then the rest of
 * OWN.  P may be NULL when FIRST is LAST.  Held once; NULL with errno ENOMEM or
 * EMSGSIZE.
 */
struct body *body_make(struct buf *own, size_t begin_bytes, struct pages *p,
    uint64_t first, uint64_t last);

/* The same, B, of the same lines, in the gzip coding (RFC 9110, 8.4.1.3). */
struct body *body_gzip(const struct body *b, uint64_t first, uint64_t last);

struct body *body_hold(struct body *b);
void body_drop(struct body **b); /* *B may be NULL */

#endif
