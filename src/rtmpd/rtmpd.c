#include "rtmpd.h"
#include "clock.h"
#include "err.h"
#include "inlet.h"
#include "remux.h"
#include "secure.h"

#include <stdbool.h>
#include <stdlib.h>

static const char address_default[] = "127.0.0.1:1935";

struct rtmpd {
	struct ingest ingest;
	struct server *server;
	struct secure secure;
	bool draining;
};

static struct server *
open_server(struct rtmpd *r, const struct rtmpd_options *options,
    struct figures *figures, int *code)
{
	const struct server_setup setup = {
	    .poller = r->ingest.poller,
	    .alarms = r->ingest.alarms,
	    .admissions = r->ingest.admissions,
	    .broadcasts = r->ingest.broadcasts,
	    .figures = figures,
	    .limits = options->limits,
	    .pace_us = (int64_t)r->ingest.pace_ms * 1000,
	};
	struct conf_address address;
	struct server *s;
	bool permanent;

	if (conf_address("WEIR_RTMP", address_default, &address) == -1) {
		*code = EXIT_PERM;
		return NULL;
	}
	s = server_open(&setup, &address, &permanent);
	if (s == NULL && permanent)
		*code = EXIT_PERM;
	return s;
}

struct rtmpd *
rtmpd_open(const struct rtmpd_options *options, struct figures *figures,
    struct tls_figures *tls, zloop_t *loop, int *code)
{
	static const struct ingest_setup setup = {.name = "rtmpd",
	    .source = "weir-rtmpd",
	    .hz = REMUX_HZ,
	    .pace_ms = 10,
	    .sleep_ms = INLET_SLEEP_MAX_US / 1000};
	struct rtmpd *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_sys("start");
		return NULL;
	}
	if (ingest_open(&r->ingest, &setup, &options->ingest, figures, code) ==
	    -1)
		goto free_rtmpd;
	if ((r->server = open_server(r, options, figures, code)) == NULL)
		goto close_ingest;
	if (secure_open(&r->secure, r->server, tls, code) == -1 ||
	    ingest_begin(&r->ingest, loop, server_address(r->server)) == -1)
		goto close_server;
	return r;
close_server:
	secure_stop(&r->secure);
	server_close(r->server);
	secure_close(&r->secure);
close_ingest:
	ingest_close(&r->ingest);
free_rtmpd:
	free(r);
	return NULL;
}

void
rtmpd_close(struct rtmpd *r)
{
	if (r == NULL)
		return;
	ingest_stop(&r->ingest);
	secure_stop(&r->secure);
	server_close(r->server);
	secure_close(&r->secure);
	ingest_close(&r->ingest);
	free(r);
}

void
rtmpd_tick(struct rtmpd *r)
{
	server_tick(r->server, clock_mono_us() / 1000);
	ingest_tick(&r->ingest);
}

void
rtmpd_reload(struct rtmpd *r)
{
	secure_reload(&r->secure);
}

int
rtmpd_drain(struct rtmpd *r)
{
	if (!r->draining) {
		r->draining = true;
		server_drain(r->server, !r->ingest.end);
		/* Pipelines hear of it before they are ticked. */
		(void)ingest_drain(&r->ingest, server_connections(r->server));
	}
	rtmpd_tick(r);
	return ingest_drain(&r->ingest, server_connections(r->server));
}
