#include "removal.h"
#include "err.h"

#include <errno.h>
#include <stdio.h>

enum { ANSWER_DEADLINE_MS = 10000 };

struct removal {
	struct bus_client *bus;
	const struct listed *b;
	struct report *report;
	uint64_t version; /* of recording/<id>, as it must be */
	int *code;
};

/* What became of an event.  0, 1 for a conflict, -1 after reporting. */
static int
outcome(struct removal *m, const struct bus_result *r, const char *why)
{
	*m->code = EXIT_TEMP;
	switch (r->status) {
	case BUS_STORED:
	case BUS_DUPLICATE:
		m->version = r->version;
		return 0;
	case BUS_CONFLICT:
		return 1;
	case BUS_REFUSED:
		err_msg("refused: %s", why);
		*m->code = EXIT_PERM;
		break;
	case BUS_BUSY:
		err_msg("weir-logd cannot store anything just now: %s", why);
		break;
	}
	return -1;
}

/* Append an event of TYPE with DATA.  As outcome(). */
static int
say(struct removal *m, enum event_type type, const void *data)
{
	char subject[EVENT_MAX_SUBJECT + 1], id[EVENT_MAX_ID + 1];
	char why[BUS_MAX_WHY + 1] = "";
	struct bus_result result;
	struct event e;
	struct buf b;
	int n, rc = -1;

	buf_init(&b, EVENT_MAX_DATA);
	n = snprintf(subject, sizeof(subject), "recording/%s", m->b->broadcast);
	if (event_begin(&e, type, "weir-retain",
		(struct str){subject, (size_t)n}, id) == -1 ||
	    event_put(type, data, &b) == -1) {
		err_sys("make an event");
		*m->code = EXIT_TEMP;
		goto out;
	}
	e.expect = m->version;
	e.data = buf_str(&b);
	if (bus_append_wait(m->bus, &e, ANSWER_DEADLINE_MS, &result, why,
		sizeof(why) - 1) == 0) {
		rc = outcome(m, &result, why);
		goto out;
	}
	*m->code = EXIT_TEMP;
	if (errno == ETIMEDOUT)
		err_msg("weir-logd does not answer; does it run on this "
			"WEIR_RUN? (weir up)");
	else
		err_sys("append to the log");
out:
	buf_fini(&b);
	return rc;
}

static int
whole(struct removal *m, const struct stock *r)
{
	const struct RecordingRemoved data = {
	    .bytes = stock_bytes(r), .reason = str_from(m->b->reason)};
	int rc = m->bus != NULL ? say(m, EVENT_RecordingRemoved, &data) : 0;

	if (rc == 0)
		report_recording(m->report, m->b, data.bytes);
	return rc;
}

/* The marked segments of T from the I-th on that follow each other. */
static int
run(struct removal *m, const struct medium *t, size_t i)
{
	struct report_media told = {.track = t->name, .first = t->piece[i].msn};
	struct MediaRemoved data;
	int rc;

	for (; i < t->n && t->piece[i].goes; i++) {
		told.last = t->piece[i].msn;
		told.bytes += t->piece[i].bytes;
		told.n++;
	}
	data = (struct MediaRemoved){.track = str_from(t->name),
	    .first_msn = told.first,
	    .last_msn = told.last,
	    .bytes = told.bytes,
	    .reason = str_from(m->b->reason)};
	rc = m->bus != NULL ? say(m, EVENT_MediaRemoved, &data) : 0;
	if (rc == 0)
		report_media(m->report, m->b, &told);
	return rc;
}

int
removal_say(struct bus_client *bus, const struct stock *r,
    const struct listed *b, struct report *report, int *code)
{
	struct removal m = {.bus = bus,
	    .b = b,
	    .report = report,
	    .version = r->version,
	    .code = code};
	int rc = 0;

	/* D80: nothing is gone before this is on disk. */
	if (b->ended_us != 0 && r->clips == 0 && stock_goes_whole(r))
		return whole(&m, r);
	for (size_t i = 0; rc == 0 && i < r->tracks; i++) {
		const struct medium *t = &r->track[i];

		for (size_t j = 0; rc == 0 && j < t->n; j++)
			if (t->piece[j].goes &&
			    (j == 0 || !t->piece[j - 1].goes))
				rc = run(&m, t, j);
	}
	return rc;
}
