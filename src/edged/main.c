#include "edge.h"
#include "err.h"

int
main(int argc, char *argv[])
{
	static const char *const env[] = {
	    "WEIR_HTTP              address to listen on (127.0.0.1:8080)",
	    "WEIR_STATE             log, media and projection lie here (./var)",
	    "WEIR_RUN               sockets, edged.addr, metrics (./var/run)",
	    "WEIR_WWW               the built web pages (.build/www)",
	    "WEIR_WINDOW            how far back live playlists reach (all)",
	    "WEIR_HTTP_CONNECTIONS  at once (8192)",
	    "WEIR_HTTP_PER_ADDRESS  of them from one address, 0: all (256)",
	    "WEIR_HTTP_TRUST        proxies whose X-Forwarded-For counts ()",
	    "WEIR_CLIPS             who makes clips: anyone, token, off "
	    "(anyone)",
	    "WEIR_CLIP_MAX          seconds of a clip, at most (300)",
	    "WEIR_CLIP_RATE         clips a minute of an address, 0: any (10)",
	    "WEIR_HTTP_THREADS      that answer (64)",
	    "WEIR_HTTP_KEEPALIVE    seconds an idle connection is kept (15)",
	    NULL};
	static const struct opt opt[] = {{0}};
	struct edge_ctx ctx = {.edge = NULL};
	const struct daemon_metric metric[] = {
	    {"weir_edge_requests_total", "Answered requests.", "counter",
		&ctx.figures.responses},
	    {"weir_edge_sent_bytes_total", "Bytes sent.", "counter",
		&ctx.figures.bytes},
	    {"weir_edge_connections", "Open connections.", "gauge",
		&ctx.figures.connections},
	    {"weir_edge_log_seq", "Seq of the last event folded in.", "gauge",
		&ctx.figures.seq},
	    {"weir_edge_channels", "Channels.", "gauge", &ctx.figures.channels},
	    {"weir_edge_channels_live", "Channels that are live.", "gauge",
		&ctx.figures.live},
	    {0}};
	const struct daemon_ops ops = {
	    .program = {.name = "weir-edged",
		.summary = "serve streams, the API and the pages over HTTP",
		.opt = opt,
		.env = env},
	    .name = "edged",
	    .open = edge_open,
	    .tick = edge_tick,
	    .period_ms = 25,
	    .reload = edge_reload,
	    .drain = edge_drain,
	    .drain_limit_ms = 10000,
	    .close = edge_close,
	    .metric = metric};

	err_setprog("weir-edged");
	return daemon_run(argc, argv, &ops, &ctx);
}
