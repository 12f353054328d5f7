#include "figures.h"

#include <stdio.h>

/*
 * The consumer's name is part of each metric's: the files of all programs
 * are told one after the other, and a metric may be there once.
 */
static const char *
metric_name(char *dst, size_t cap, const char *id, const char *what)
{
	(void)snprintf(dst, cap, "weir_each_%.80s_%s", id, what);
	for (char *c = dst; *c != '\0'; c++)
		if (*c == '-' || *c == '.')
			*c = '_';
	return dst;
}

void
figures_init(struct figures *f, const char *id)
{
	const struct {
		const char *what, *help, *type;
		const uint64_t *value;
	} row[] = {
	    {"handled_total", "Events handled.", "counter", &f->handled},
	    {"failed_total", "Tries that failed.", "counter", &f->failed},
	    {"dead_total", "Events that became dead letters.", "counter",
		&f->dead},
	    {"damaged_blocks_total", "Damaged blocks passed over.", "counter",
		&f->damaged},
	    {"position", "Every event up to this seq is handled.", "gauge",
		&f->position},
	    {"read", "Seq of the event read last.", "gauge", &f->scanned},
	};
	char file[128];

	*f = (struct figures){0};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		f->metric[i] = (struct daemon_metric){
		    metric_name(
			f->name[i], sizeof(f->name[i]), id, row[i].what),
		    row[i].help, row[i].type, row[i].value};
	(void)snprintf(file, sizeof(file), "each-%.100s", id);
	f->on = metrics_init(&f->file, file, f->metric) == 0;
}

void
figures_fini(struct figures *f)
{
	metrics_fini(&f->file);
}

void
figures_write(struct figures *f)
{
	if (f->on)
		(void)metrics_write(&f->file);
}
