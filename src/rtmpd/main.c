#include "daemon.h"
#include "grace.h"
#include "rtmpd.h"

#include <string.h>

struct ctx {
	struct rtmpd_options options;
	struct figures figures;
	struct tls_figures tls;
	struct rtmpd *rtmpd;
};

static int
on_open(void *arg, zloop_t *loop, int *code)
{
	struct ctx *c = arg;

	c->rtmpd = rtmpd_open(&c->options, &c->figures, &c->tls, loop, code);
	return c->rtmpd != NULL ? 0 : -1;
}

static int
on_tick(void *arg)
{
	struct ctx *c = arg;

	rtmpd_tick(c->rtmpd);
	return 0;
}

static void
on_reload(void *arg)
{
	struct ctx *c = arg;

	rtmpd_reload(c->rtmpd);
}

static int
on_drain(void *arg)
{
	struct ctx *c = arg;

	return rtmpd_drain(c->rtmpd);
}

static void
on_close(void *arg)
{
	struct ctx *c = arg;

	rtmpd_close(c->rtmpd);
}

int
main(int argc, char *argv[])
{
	struct ctx c = {.options = {.limits = {.connections = 1000,
					.per_address = 256,
					.start_s = 10,
					.idle_s = 10},
			    .ingest = INGEST_OPTIONS_DEFAULT}};
	struct server_limits *l = &c.options.limits;
	const struct opt opt[] = {
	    {.name = "connections",
		.arg = "N",
		.help = "connections at a time (1000)",
		.number = &l->connections,
		.min = 1,
		.max = 100000},
	    {.name = "per-address",
		.arg = "N",
		.help = "connections at a time of one address (256)",
		.number = &l->per_address,
		.min = 1,
		.max = 100000},
	    {.name = "start-timeout",
		.arg = "SECONDS",
		.help = "from connecting to publishing (10)",
		.number = &l->start_s,
		.min = 1,
		.max = 3600},
	    {.name = "idle-timeout",
		.arg = "SECONDS",
		.help = "a publisher may be silent for so long (10)",
		.number = &l->idle_s,
		.min = 1,
		.max = 3600},
	    INGEST_OPTIONS(&c.options.ingest, "10"),
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_RTMP       where to listen, HOST:PORT (127.0.0.1:1935)",
	    "WEIR_RTMPS      where to listen for TLS, HOST:PORT (nowhere)",
	    "WEIR_RTMPS_CERT its certificate with chain, PEM; read again on "
	    "SIGHUP",
	    "WEIR_RTMPS_KEY  the key to that, PEM",
	    INGEST_ENV,
	    NULL,
	};
	const struct daemon_metric metric[] = {
	    FIGURES_METRICS("weir_rtmp_", &c.figures),
	    {"weir_rtmps_handshakes_total", "TLS handshakes done", "counter",
		&c.tls.handshakes},
	    {"weir_rtmps_failed_handshakes_total",
		"Connections that ended before they spoke TLS", "counter",
		&c.tls.failed},
	    {"weir_rtmps_certificate_expires_seconds",
		"When the certificate expires, since the epoch; 0: no RTMPS",
		"gauge", &c.tls.expires_s},
	    {0},
	};
	const struct daemon_ops ops = {
	    .program =
		{
		    .name = "weir-rtmpd",
		    .summary = "take live streams over RTMP and run a pipeline "
			       "for each",
		    .opt = opt,
		    .env = env,
		},
	    .name = "rtmpd",
	    .open = on_open,
	    .tick = on_tick,
	    .period_ms = INGEST_TICK_MS,
	    .reload = on_reload,
	    .drain = on_drain,
	    .drain_limit_ms = INGEST_DRAIN_MS,
	    .close = on_close,
	    .metric = metric,
	};

	return daemon_run(argc, argv, &ops, &c);
}
