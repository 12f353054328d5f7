#include "daemon.h"
#include "grace.h"
#include "rtmpd.h"

#include <string.h>

struct ctx {
	struct rtmpd_options options;
	struct figures figures;
	struct rtmpd *rtmpd;
};

static int
on_open(void *arg, zloop_t *loop, int *code)
{
	struct ctx *c = arg;

	c->rtmpd = rtmpd_open(&c->options, &c->figures, loop, code);
	return c->rtmpd != NULL ? 0 : -1;
}

static int
on_tick(void *arg)
{
	struct ctx *c = arg;

	rtmpd_tick(c->rtmpd);
	return 0;
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
			    .grace_s = RTMPD_UNSET,
			    .pace_ms = RTMPD_UNSET,
			    .stall_s = PIPELINE_STALL_MS / 1000,
			    .finish_s = PIPELINE_FINISH_MS / 1000}};
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
	    {.name = "grace",
		.arg = "SECONDS",
		.help = "wait so long for an encoder that vanished (30)",
		.number = &c.options.grace_s,
		.max = GRACE_MAX_S},
	    {.name = "takeover",
		.arg = "WHEN",
		.help = "an encoder may take over from another: idle (when "
			"that is half dead), always or never (idle)",
		.text = &c.options.takeover},
	    {.name = "stall-timeout",
		.arg = "SECONDS",
		.help = "a pipeline may take nothing for so long (20)",
		.number = &c.options.stall_s,
		.min = 1,
		.max = 3600},
	    {.name = "finish-timeout",
		.arg = "SECONDS",
		.help = "a pipeline may take so long to finish (15)",
		.number = &c.options.finish_s,
		.min = 1,
		.max = 3600},
	    {.name = "end",
		.help = "when stopped, end broadcasts: else they wait for the "
			"next start",
		.flag = &c.options.end},
	    {.name = "pace",
		.arg = "MS",
		.help = "read sockets so often where nothing tells when "
			"(10; 200 without parts)",
		.number = &c.options.pace_ms,
		.max = 1000},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_RTMP       where to listen, HOST:PORT (127.0.0.1:1935)",
	    "WEIR_RUN        where weir-logd's sockets lie",
	    "WEIR_PART       how long parts of segments are, 0: none (200ms)",
	    "WEIR_PIPELINES  where the pipeline lies: its program live",
	    "WEIR_STATE      handed on to the pipeline",
	    "WEIR_GRACE      seconds, unless --grace says otherwise (30)",
	    "WEIR_TAKEOVER   unless --takeover says otherwise (idle)",
	    NULL,
	};
	const uint64_t *refused = c.figures.refused;
	const struct daemon_metric metric[] = {
	    {"weir_rtmp_connections", "Connections now", "gauge",
		&c.figures.connections},
	    {"weir_rtmp_publishers", "Encoders that publish now", "gauge",
		&c.figures.publishers},
	    {"weir_rtmp_accepted_total", "Connections accepted", "counter",
		&c.figures.accepted},
	    {"weir_rtmp_broadcasts_total", "Broadcasts begun", "counter",
		&c.figures.broadcasts},
	    {"weir_rtmp_interrupted", "Broadcasts that wait for their encoder",
		"gauge", &c.figures.interrupted},
	    {"weir_rtmp_resumed_total", "Broadcasts that went on after a wait",
		"counter", &c.figures.resumed},
	    {"weir_rtmp_taken_over_total",
		"Encoders that made room for another", "counter",
		&c.figures.taken_over},
	    {"weir_rtmp_bytes_total", "Bytes received", "counter",
		&c.figures.bytes},
	    {"weir_rtmp_frames_total", "Frames received", "counter",
		&c.figures.frames},
	    {"weir_rtmp_dropped_frames_total",
		"Frames that the pipeline did not take", "counter",
		&c.figures.dropped},
	    {"weir_rtmp_malformed_frames_total",
		"Audio and video messages of no use", "counter",
		&c.figures.malformed},
	    {"weir_rtmp_pipeline_restarts_total", "Pipelines started again",
		"counter", &c.figures.restarts},
	    {"weir_rtmp_refused_key_total", "Refused: no such stream key",
		"counter", &refused[REFUSAL_KEY]},
	    {"weir_rtmp_refused_busy_total", "Refused: the channel is live",
		"counter", &refused[REFUSAL_BUSY]},
	    {"weir_rtmp_refused_log_total",
		"Refused: the event log did not answer", "counter",
		&refused[REFUSAL_LOG]},
	    {"weir_rtmp_refused_media_total", "Refused: codec not supported",
		"counter", &refused[REFUSAL_MEDIA]},
	    {"weir_rtmp_refused_protocol_total", "Dropped: broke the protocol",
		"counter", &refused[REFUSAL_PROTOCOL]},
	    {"weir_rtmp_refused_timeout_total", "Dropped: too slow to publish",
		"counter", &refused[REFUSAL_TIMEOUT]},
	    {"weir_rtmp_refused_limit_total", "Dropped: too many connections",
		"counter", &refused[REFUSAL_LIMIT]},
	    {"weir_rtmp_refused_play_total", "Refused: wanted to play",
		"counter", &refused[REFUSAL_PLAY]},
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
	    .period_ms = RTMPD_TICK_MS,
	    .drain = on_drain,
	    .drain_limit_ms = RTMPD_DRAIN_MS,
	    .close = on_close,
	    .metric = metric,
	};

	return daemon_run(argc, argv, &ops, &c);
}
