#include "amount.h"
#include "clock.h"
#include "stat.h"

#include <inttypes.h>
#include <string.h>

/* TIME_US to the second, or a dash. */
static void
when(char dst[CLOCK_RFC3339_SIZE], uint64_t time_us)
{
	if (time_us == 0) {
		(void)snprintf(dst, CLOCK_RFC3339_SIZE, "-");
		return;
	}
	clock_rfc3339(time_us, dst);
	dst[19] = 'Z';
	dst[20] = '\0';
}

static void
print_log(const struct stat_report *s, FILE *f)
{
	const struct log_usage *u = &s->usage;
	char first[CLOCK_RFC3339_SIZE], last[CLOCK_RFC3339_SIZE];
	char a[AMOUNT_SIZE], b[AMOUNT_SIZE], c[AMOUNT_SIZE];

	when(first, u->first_us);
	when(last, u->last_us);
	fprintf(f, "log     %s\n", s->dir);
	fprintf(f, "events  last seq %" PRIu64, u->head);
	if (s->counted)
		fprintf(f, ", %" PRIu64 " there, %" PRIu64 " removed",
		    s->tally.all.events, s->tally.removed);
	fprintf(f, "\nblocks  %" PRIu64 ", from %s to %s\n", u->blocks, first,
	    last);
	fprintf(f,
	    "rate    %.1f an hour, %.1f a day; %" PRIu64
	    " in the last hour, %" PRIu64 " in the last day\n",
	    stat_rate(s, TALLY_HOUR), stat_rate(s, TALLY_DAY),
	    s->recent[TALLY_HOUR], s->recent[TALLY_DAY]);
	amount_bytes(a, u->file_bytes);
	amount_bytes(b, u->used_bytes);
	amount_bytes(c, stat_free(s));
	fprintf(f, "file    %s: %s used, %s free", a, b, c);
	amount_bytes(a, u->journal_bytes);
	amount_bytes(b, u->map_bytes);
	fprintf(f, "; journal %s, map %s\n", a, b);
	if (s->counted && s->tally.damaged > 0)
		fprintf(f, "damage  %" PRIu64 " blocks; weir verify tells\n",
		    s->tally.damaged);
	for (size_t i = 0; i < s->removals; i++)
		fprintf(f, "removal of %s is ordered and not finished\n",
		    s->removal[i]);
}

static void
print_row(const struct tally_row *row, FILE *f)
{
	char size[AMOUNT_SIZE], last[CLOCK_RFC3339_SIZE];

	amount_bytes(size, row->bytes);
	when(last, row->last_us);
	fprintf(f, "%-22s %12" PRIu64 " %12s %10" PRIu64 " %10" PRIu64 "  %s\n",
	    row->name, row->events, size, row->recent[TALLY_HOUR],
	    row->recent[TALLY_DAY], last);
}

static void
print_types(const struct tally *t, FILE *f)
{
	fprintf(f, "\n%-22s %12s %12s %10s %10s  %s\n", "type", "events",
	    "bytes", "last hour", "last day", "newest");
	for (size_t i = 0; i < t->rows; i++)
		print_row(&t->row[i], f);
	if (t->rows > 1) {
		struct tally_row all = t->all;

		(void)snprintf(all.name, sizeof(all.name), "all");
		print_row(&all, f);
	}
}

static void
print_consumers(const struct stat_report *s, FILE *f)
{
	const struct readers *r = &s->readers;

	if (r->consumers == 0)
		return;
	fprintf(f, "\n%-10s  %-22s %12s %12s %12s\n", "place of", "name",
	    "position", "lag", "dead letters");
	for (size_t i = 0; i < r->consumers; i++) {
		const struct consumer *c = &r->consumer[i];

		fprintf(f, "%-10s  %-22s ", c->kind, c->name);
		if (c->error != 0)
			fprintf(f, "%s\n", strerror(c->error));
		else
			fprintf(f,
			    "%12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n",
			    c->position, stat_lag(s, c->position), c->dead);
	}
}

static void
print_processes(const struct readers *r, FILE *f)
{
	if (r->processes == 0)
		return;
	fprintf(f, "\n%-22s %12s  %s\n", "reader", "pid", "state");
	for (size_t i = 0; i < r->processes; i++) {
		const struct process *p = &r->process[i];

		fprintf(f, "%-22s %12ld  ", p->dead ? "(gone)" : p->name,
		    (long)p->pid);
		if (p->pinned)
			fprintf(f,
			    "reads, and keeps the space of the last %" PRIu64
			    " transactions\n",
			    p->behind);
		else
			fprintf(f, "holds nothing\n");
	}
}

void
stat_print(const struct stat_report *s, FILE *f)
{
	print_log(s, f);
	if (s->counted && s->tally.rows > 0)
		print_types(&s->tally, f);
	print_consumers(s, f);
	print_processes(&s->readers, f);
}
