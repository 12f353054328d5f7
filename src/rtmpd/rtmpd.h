#ifndef RTMPD_RTMPD_H
#define RTMPD_RTMPD_H

#include "ingest.h"
#include "server.h"
#include "tls.h"

/* The daemon: everything of it, opened, turned and closed in order. */
struct rtmpd;

struct rtmpd_options {
	struct server_limits limits;
	struct ingest_options ingest;
};

/*
 * OPTIONS, FIGURES and TLS are borrowed.  NULL after reporting the cause; *CODE
 * is then the exit code, when it is another one than EXIT_TEMP.
 */
struct rtmpd *rtmpd_open(const struct rtmpd_options *options,
    struct figures *figures, struct tls_figures *tls, zloop_t *loop, int *code);
void rtmpd_close(struct rtmpd *r);

/* To be called every INGEST_TICK_MS. */
void rtmpd_tick(struct rtmpd *r);

/* Read certificates again; others stay in force where that fails. */
void rtmpd_reload(struct rtmpd *r);

/* End in order; to be called until 0 says that nothing is left to do. */
int rtmpd_drain(struct rtmpd *r);

#endif
