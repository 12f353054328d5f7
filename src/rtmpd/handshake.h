#ifndef RTMPD_HANDSHAKE_H
#define RTMPD_HANDSHAKE_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The server's side of RTMP's simple handshake (RTMP 1.0, section 5.2): C0
 * and C1 are answered with S0, S1 and S2; C2 is taken as it comes, since
 * encoders differ in what they send back.
 */
enum { HANDSHAKE_C1 = 1536 };

struct handshake {
	size_t got;               /* bytes of C0, C1 and C2 so far */
	uint64_t seed;            /* of S1's arbitrary bytes */
	uint8_t c1[HANDSHAKE_C1]; /* to be sent back as S2 */
};

void handshake_init(struct handshake *h, uint64_t seed);

/*
 * Take the next N bytes at P and append what is to be answered to OUT.  The
 * number of bytes taken, fewer than N when the handshake ended before; -1
 * with errno EBADMSG when this is no RTMP, ENOMEM or EMSGSIZE.
 */
ssize_t handshake_feed(
    struct handshake *h, const uint8_t *p, size_t n, struct buf *out);

bool handshake_done(const struct handshake *h);

#endif
