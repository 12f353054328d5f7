#include "figures.h"

#include <inttypes.h>

enum { METRICS_MAX_BYTES = 8 * 1024 * 1024 };

static const char soon[] = "Retry-After: 1\r\n";

static void
put_figure(struct buf *b, const char *name, const char *type, const char *help,
    uint64_t value)
{
	(void)buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n",
	    name, help, name, type, name, value);
}

static void
put_figures(struct site *site, struct buf *b)
{
	struct pool *p = site->pool;
	const struct figures *f = &p->figures;
	uint64_t channels, live, folded, kept_bytes;
	struct stats sum;

	pool_stats(p, &sum);
	shelf_count(site->shelf, &channels, &live);
	stats_text(&sum, b);
	measure_text(site->measure, b);
	put_figure(b, "weir_edge_connections_total", "counter",
	    "Connections accepted.", atomic_load(&f->connections));
	put_figure(b, "weir_edge_connections", "gauge", "Open connections.",
	    atomic_load(&f->connected));
	put_figure(b, "weir_edge_requests_running", "gauge",
	    "Requests being answered.", atomic_load(&f->answering));
	put_figure(b, "weir_edge_requests_waiting", "gauge",
	    "Of these, waiting for a part or a segment.",
	    atomic_load(&p->room.waiting));
	put_figure(b, "weir_edge_connections_refused_total", "counter",
	    "Connections and requests refused since their address had too "
	    "many.",
	    atomic_load(&f->refused));
	put_figure(b, "weir_edge_connections_reaped_total", "counter",
	    "Silent connections closed since there were too many.",
	    atomic_load(&f->reaped));
	put_figure(
	    b, "weir_edge_threads", "gauge", "Threads that answer.", p->size);
	put_figure(b, "weir_edge_log_seq", "gauge",
	    "Seq of the last event folded in.", follow_seq(site->follow));
	put_figure(b, "weir_edge_channels", "gauge", "Channels.", channels);
	put_figure(b, "weir_edge_channels_live", "gauge",
	    "Channels that are live.", live);
	library_count(site->library, &folded, &kept_bytes);
	put_figure(b, "weir_edge_recordings_folded_total", "counter",
	    "Recordings folded since somebody asked.", folded);
	put_figure(b, "weir_edge_recordings_bytes", "gauge",
	    "Memory that recordings are kept in.", kept_bytes);
}

void
figures_answer(struct site *site, struct exchange *x)
{
	struct buf b;

	buf_init(&b, METRICS_MAX_BYTES);
	put_figures(site, &b);
	/* Ours are in a file as well, but a second older. */
	stats_files(site->metrics_dir, "edged.prom", &b);
	if (b.failed)
		reply_text(x, 503, 0, "The figures do not fit.", soon);
	else
		reply_send(
		    x, &(struct reply){.status = 200,
			   .type = "text/plain; version=0.0.4; charset=utf-8",
			   .caching = "no-store",
			   .body = buf_str(&b)});
	buf_fini(&b);
}
