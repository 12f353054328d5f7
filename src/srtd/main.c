#include "daemon.h"
#include "grace.h"
#include "srtd.h"

struct ctx {
	struct srtd_options options;
	struct srtd_figures figures;
	struct srtd *srtd;
};

static int
on_open(void *arg, zloop_t *loop, int *code)
{
	struct ctx *c = arg;

	c->srtd = srtd_open(&c->options, &c->figures, loop, code);
	return c->srtd != NULL ? 0 : -1;
}

static int
on_tick(void *arg)
{
	struct ctx *c = arg;

	srtd_tick(c->srtd);
	return 0;
}

static int
on_drain(void *arg)
{
	struct ctx *c = arg;

	return srtd_drain(c->srtd);
}

static void
on_close(void *arg)
{
	struct ctx *c = arg;

	srtd_close(c->srtd);
}

int
main(int argc, char *argv[])
{
	struct ctx c = {.options = {.limits = {.connections = 1000,
					.per_address = 256,
					.start_s = 10,
					.idle_s = 5,
					.latency_ms = SRTD_UNSET},
			    .ingest = INGEST_OPTIONS_DEFAULT}};
	struct listener_limits *l = &c.options.limits;
	const struct link_figures *links = &c.figures.links;
	const struct opt opt[] = {
	    {.name = "latency",
		.arg = "MS",
		.help = "wait so long for packets that were lost (120)",
		.number = &l->latency_ms,
		.max = 60000},
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
		.help = "from coming in to the first media (10)",
		.number = &l->start_s,
		.min = 1,
		.max = 3600},
	    {.name = "idle-timeout",
		.arg = "SECONDS",
		.help = "a publisher may be silent for so long (5)",
		.number = &l->idle_s,
		.min = 1,
		.max = 3600},
	    INGEST_OPTIONS(&c.options.ingest, "20"),
	    {.name = "allow-old",
		.help = "run with a libsrt that strangers can take over, or "
			"of which nobody knows",
		.flag = &c.options.allow_old},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_SRT        where to listen, HOST:PORT (127.0.0.1:8890)",
	    "WEIR_SRT_LATENCY  milliseconds, unless --latency says otherwise "
	    "(120)",
	    "WEIR_SRT_PACKAGES  which packages are installed, as dpkg keeps it "
	    "(/var/lib/dpkg/status)",
	    INGEST_ENV,
	    NULL,
	};
	const struct daemon_metric metric[] = {
	    FIGURES_METRICS("weir_srt_", &c.figures.ingest),
	    {"weir_srt_rtt_microseconds",
		"Round trip to the encoder that is farthest", "gauge",
		&links->rtt_us},
	    {"weir_srt_latency_microseconds",
		"How long packets are kept, at most", "gauge",
		&links->latency_us},
	    {"weir_srt_receive_bits_per_second", "What comes in now", "gauge",
		&links->receive_bps},
	    {"weir_srt_lost_packets_total",
		"Packets that did not come the first time", "counter",
		&links->lost},
	    {"weir_srt_retransmitted_packets_total",
		"Packets that came when they were sent again", "counter",
		&links->retransmitted},
	    {"weir_srt_late_packets_total",
		"Packets that came too late, or never", "counter",
		&links->late},
	    {"weir_srt_undecrypted_packets_total",
		"Packets that could not be decrypted", "counter",
		&links->undecrypted},
	    {0},
	};
	const struct daemon_ops ops = {
	    .program =
		{
		    .name = "weir-srtd",
		    .summary = "take live streams over SRT and run a pipeline "
			       "for each",
		    .opt = opt,
		    .env = env,
		},
	    .name = "srtd",
	    .open = on_open,
	    .tick = on_tick,
	    .period_ms = INGEST_TICK_MS,
	    .drain = on_drain,
	    .drain_limit_ms = INGEST_DRAIN_MS,
	    .close = on_close,
	    .metric = metric,
	};

	return daemon_run(argc, argv, &ops, &c);
}
