#ifndef RTMPD_SECURE_H
#define RTMPD_SECURE_H

#include "server.h"
#include "tls.h"

#include <limits.h>

/* RTMPS, for those whose environment asks for it: WEIR_RTMPS and so on. */
struct secure {
	struct tls *tls; /* NULL: nobody asked */
	char cert[PATH_MAX], key[PATH_MAX], address_file[PATH_MAX];
};

/*
 * Have SERVER listen for it, and tell others where.  0, or -1 after reporting
 * the cause; *CODE is then the exit code, when it is another one than
 * EXIT_TEMP.
 */
int secure_open(struct secure *s, struct server *server,
    struct tls_figures *figures, int *code);

/* Nobody is to come any more; SERVER may still use it. */
void secure_stop(struct secure *s);
void secure_close(struct secure *s);

/* Read the certificate again; the one of before stays where that fails. */
void secure_reload(struct secure *s);

#endif
