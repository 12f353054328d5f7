#include "file.h"
#include "stats.h"
#include "tap.h"
#include "tmp.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static char dir[64];

static void
put(const char *name, const char *text)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	OK(file_replace(path, text, strlen(text), false) == 0);
}

int
main(void)
{
	struct stats a, b;
	struct buf out;
	char link[128];

	(void)tmp_make(dir);
	put("logd.prom", "# HELP up One.\n# TYPE up gauge\nup{x=\"l\"} 1\n"
			 "# HELP l L\n# TYPE l counter\nl 5\n");
	put("rtmpd.prom", "# HELP up One.\n# TYPE up gauge\nup{x=\"r\"} 1\n"
			  "plain 7\ncut sho");
	put("edged.prom", "edged 1\n");
	put(".tmp.prom", "hidden 1\n");
	put("notes", "notes 1\n");
	(void)snprintf(link, sizeof(link), "%s/link.prom", dir);
	OK(symlink("/etc/passwd", link) == 0);
	buf_init(&out, 1 << 20);
	stats_files(dir, "edged.prom", &out);
	OK(str_eqz(buf_str(&out),
	    "# HELP up One.\n# TYPE up gauge\nup{x=\"l\"} 1\nup{x=\"r\"} 1\n"
	    "# HELP l L\n# TYPE l counter\nl 5\nplain 7\n"));
	buf_reset(&out);
	stats_files("/nonexistent", "edged.prom", &out);
	OK(out.len == 0 && !out.failed);

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	stats_count(&a, STATS_MEDIA, 206, 100);
	stats_count(&b, STATS_MEDIA, 200, 50);
	stats_count(&b, STATS_API, 404, 7);
	stats_add(&a, &b);
	OK(stats_requests(&a) == 3 && stats_bytes(&a) == 157);
	stats_text(&a, &out);
	(void)buf_put(&out, "", 1);
	OK(strstr((char *)out.p,
	       "weir_edge_responses_total{kind=\"media\",class=\"2xx\"} 2\n"
	       "weir_edge_responses_total{kind=\"api\",class=\"4xx\"} 1\n") !=
	    NULL);
	OK(strstr((char *)out.p,
	       "weir_edge_response_bytes_total{kind=\"media\"} 150\n") != NULL);
	buf_fini(&out);
	tmp_remove(dir);
	return tap_done();
}
