#include "clock.h"
#include "stat.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static json_t *
number(uint64_t v)
{
	return json_integer((json_int_t)v);
}

/* TIME_US as RFC 3339, null when there is none. */
static json_t *
when(uint64_t time_us)
{
	char text[CLOCK_RFC3339_SIZE];

	if (time_us == 0)
		return json_null();
	clock_rfc3339(time_us, text);
	return json_string(text);
}

static json_t *
types(const struct tally *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->rows; i++) {
		const struct tally_row *row = &t->row[i];

		(void)json_array_append_new(list,
		    json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "type",
			row->name, "events", number(row->events), "bytes",
			number(row->bytes), "last_hour",
			number(row->recent[TALLY_HOUR]), "last_day",
			number(row->recent[TALLY_DAY]), "last_seq",
			number(row->last), "last_time", when(row->last_us)));
	}
	return list;
}

static json_t *
consumers(const struct stat_report *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->readers.consumers; i++) {
		const struct consumer *c = &s->readers.consumer[i];
		json_t *o =
		    json_pack("{s:s, s:s}", "kind", c->kind, "name", c->name);

		if (c->error != 0)
			(void)json_object_set_new(
			    o, "error", json_string(strerror(c->error)));
		else
			(void)json_object_update_new(
			    o, json_pack("{s:o, s:o, s:o}", "position",
				   number(c->position), "lag",
				   number(stat_lag(s, c->position)),
				   "dead_letters", number(c->dead)));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
processes(const struct readers *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->processes; i++) {
		const struct process *p = &r->process[i];

		(void)json_array_append_new(
		    list, json_pack("{s:I, s:s?, s:b, s:o}", "pid",
			      (json_int_t)p->pid, "program",
			      p->dead ? NULL : p->name, "reading", p->pinned,
			      "transactions_behind", number(p->behind)));
	}
	return list;
}

static json_t *
removals(const struct stat_report *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->removals; i++)
		(void)json_array_append_new(list, json_string(s->removal[i]));
	return list;
}

int
stat_json(const struct stat_report *s, FILE *f)
{
	const struct log_usage *u = &s->usage;
	json_t *o =
	    json_pack("{s:s, s:o, s:o, s:o, s:o, s:{s:f, s:f, s:o, s:o},"
		      " s:{s:o, s:o, s:o, s:o, s:o}, s:o, s:o, s:o}",
		"log", s->dir, "last_seq", number(u->head), "blocks",
		number(u->blocks), "first_commit", when(u->first_us),
		"last_commit", when(u->last_us), "rate", "per_hour",
		stat_rate(s, TALLY_HOUR), "per_day", stat_rate(s, TALLY_DAY),
		"last_hour", number(s->recent[TALLY_HOUR]), "last_day",
		number(s->recent[TALLY_DAY]), "file", "bytes",
		number(u->file_bytes), "used_bytes", number(u->used_bytes),
		"free_bytes", number(stat_free(s)), "journal_bytes",
		number(u->journal_bytes), "map_bytes", number(u->map_bytes),
		"consumers", consumers(s), "readers", processes(&s->readers),
		"unfinished_removals", removals(s));
	int rc;

	if (o != NULL && s->counted)
		(void)json_object_update_new(o,
		    json_pack("{s:o, s:o, s:o, s:o, s:o}", "events",
			number(s->tally.all.events), "bytes",
			number(s->tally.all.bytes), "removed",
			number(s->tally.removed), "damaged_blocks",
			number(s->tally.damaged), "types", types(&s->tally)));
	rc = o != NULL ? json_dumpf(o, f, JSON_COMPACT) : -1;
	if (rc == -1)
		errno = ENOMEM;
	json_decref(o);
	return rc == 0 && fputc('\n', f) != EOF ? 0 : -1;
}
