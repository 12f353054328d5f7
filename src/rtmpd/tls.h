#ifndef RTMPD_TLS_H
#define RTMPD_TLS_H

#include <openssl/types.h>
#include <stdint.h>

/*
 * What is shown to those who connect by RTMPS: a certificate with its chain,
 * and the key to it, which can be read again while connections go on.
 */
struct tls;

/* What is counted of it; shown as metrics. */
struct tls_figures {
	uint64_t handshakes, failed; /* done, and those that were not */
	uint64_t expires_s; /* the certificate, in seconds since the epoch */
};

/*
 * CERT and KEY are paths of PEM files.  All is borrowed.  NULL after reporting
 * what is wrong with them.
 */
struct tls *tls_open(
    const char *cert, const char *key, struct tls_figures *figures);
void tls_close(struct tls *t);

/*
 * Read both files again, for connections from now on.  0, or -1 after
 * reporting; then those that were read before stay in force.
 */
int tls_reload(struct tls *t);

struct tls_figures *tls_figures(struct tls *t);

/*
 * The server's side of a connection on socket FD, which stays the caller's.
 * To be freed by SSL_free().  NULL with errno ENOMEM.
 */
SSL *tls_accept(struct tls *t, int fd);

#endif
