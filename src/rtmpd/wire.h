#ifndef RTMPD_WIRE_H
#define RTMPD_WIRE_H

#include "tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The bytes of one encoder's connection, as they come or through TLS.
 * Nothing here blocks.
 */
struct wire {
	int fd;
	SSL *ssl; /* NULL: as they come */
	struct tls_figures *figures;
	bool ready;      /* the TLS handshake, if there is one, is done */
	bool wants_out;  /* TLS cannot go on before the socket takes more */
	bool mute;       /* the socket takes nothing any more */
	int failed;      /* TLS is of no more use: this errno, */
	const char *why; /* and what to tell people */
};

/*
 * Take socket FD, which stays the caller's; TLS may be NULL.  0, or -1 with
 * errno ENOMEM.
 */
int wire_open(struct wire *w, int fd, struct tls *tls);
void wire_close(struct wire *w);

/*
 * As recv(2), but as much as there is of up to N bytes: fewer means that
 * nothing is left, neither in the socket nor here.  The TLS handshake is done
 * in passing.  0 at the end; -1 with errno EAGAIN when there is nothing,
 * EPROTO when the peer does not speak TLS as it should (W->why tells), or
 * others.
 */
ssize_t wire_recv(struct wire *w, uint8_t *p, size_t n);

/* As send(2), with the same errors. */
ssize_t wire_send(struct wire *w, const uint8_t *p, size_t n);

/* Say that nothing more will be sent; what comes can still be read. */
void wire_shut(struct wire *w);

/* True when there is something to be read, be it the end. */
bool wire_waits(const struct wire *w);

/* True when bytes may lie here that no poller tells of. */
bool wire_holds(const struct wire *w);

#endif
