#include "metrics.h"
#include "conf.h"
#include "err.h"
#include "file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_BYTES = 1024 * 1024 };

int
metrics_init(
    struct metrics *m, const char *name, const struct daemon_metric *metric)
{
	char file[128];

	*m = (struct metrics){.metric = metric};
	buf_init(&m->text, MAX_BYTES);
	buf_init(&m->written, MAX_BYTES);
	if (metric == NULL)
		return 0;
	if (conf_path(m->path, CONF_RUN, "metrics") == -1 ||
	    file_mkdirs(m->path, 0750) == -1) {
		err_sys("make directory %s", m->path);
		return -1;
	}
	(void)snprintf(file, sizeof(file), "metrics/%.100s.prom", name);
	if (conf_path(m->path, CONF_RUN, file) == -1) {
		err_sys("metrics file");
		return -1;
	}
	return 0;
}

void
metrics_fini(struct metrics *m)
{
	buf_fini(&m->text);
	buf_fini(&m->written);
}

int
metrics_write(struct metrics *m)
{
	if (m->metric == NULL)
		return 0;
	buf_reset(&m->text);
	for (const struct daemon_metric *d = m->metric; d->name != NULL; d++)
		(void)buf_printf(&m->text,
		    "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", d->name,
		    d->help, d->name, d->type, d->name, *d->value);
	if (m->text.failed)
		return -1;
	if (m->written.len > 0 &&
	    str_eq(buf_str(&m->text), buf_str(&m->written)))
		return 0;
	if (file_replace(m->path, m->text.p, m->text.len, false) == -1)
		return -1;
	buf_reset(&m->written);
	return buf_putstr(&m->written, buf_str(&m->text));
}
