#include "order.h"
#include "amount.h"
#include "clock.h"
#include "err.h"
#include "progress.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { ANSWER_DEADLINE_MS = 30000, REST_MAX_US = 50000 };

static int
no_answer(const char *what)
{
	if (errno == ETIMEDOUT)
		err_msg("weir-logd does not answer; does it run on this "
			"WEIR_RUN? (weir up)");
	else
		err_sys("%s", what);
	return EXIT_TEMP;
}

/* What became of an order, as an exit code, after reporting. */
static int
outcome(const char *type, const struct bus_result *r, const char *why)
{
	switch (r->status) {
	case BUS_STORED:
	case BUS_DUPLICATE:
		return 0;
	case BUS_REFUSED:
		err_msg("%s: refused: %s", type, why);
		return EXIT_PERM;
	case BUS_CONFLICT:
		err_msg("%s: another weir-compact is at work", type);
		return EXIT_TEMP;
	case BUS_BUSY: /* is said again until it is not */
		break;
	}
	err_msg("%s: weir-logd cannot store anything just now", type);
	return EXIT_TEMP;
}

int
order_put(
    struct bus_client *bus, struct log *l, const struct plan *plan, bool force)
{
	const char *type = plan->rule->schema->name.p;
	char subject[EVENT_MAX_SUBJECT], rule[RULE_TEXT_SIZE], id[EVENT_MAX_ID];
	char why[BUS_MAX_WHY + 1] = "";
	struct RemovalOrdered order;
	struct log_subject at;
	struct bus_result result;
	struct event e;
	struct buf b;
	int n, rc = EXIT_TEMP;

	buf_init(&b, EVENT_MAX_DATA);
	n = snprintf(subject, sizeof(subject), "retention/%s", type);
	rule_text(plan->rule, rule);
	order = (struct RemovalOrdered){
	    .type = plan->rule->schema->name,
	    .until = plan->until,
	    .rule = str_from(rule),
	    .forced = force && plan->rule->schema->kept == EVENT_LASTING,
	};
	if (log_subject(l, (struct str){subject, (size_t)n}, &at) == -1 ||
	    event_begin(&e, EVENT_RemovalOrdered, "weir-compact",
		(struct str){subject, (size_t)n}, id) == -1 ||
	    EVENT_PUT(RemovalOrdered, &order, &b) == -1) {
		err_sys("order to remove");
		goto out;
	}
	/* One order at a time: whoever came first, wins. */
	e.expect = at.version;
	e.data = buf_str(&b);
	if (bus_append_wait(bus, &e, ANSWER_DEADLINE_MS, &result, why,
		sizeof(why) - 1) == -1)
		rc = no_answer("order to remove");
	else
		rc = outcome(type, &result, why);
out:
	buf_fini(&b);
	return rc;
}

/* Leave weir-logd to those who append for as long as a step took. */
static void
rest(uint64_t took_us)
{
	uint64_t us = took_us < REST_MAX_US ? took_us : REST_MAX_US;
	const struct timespec t = {.tv_nsec = (long)us * 1000};

	(void)nanosleep(&t, NULL);
}

int
order_finish(struct bus_client *bus)
{
	struct progress progress;
	struct bus_removal step;
	int rc = 0;

	progress_init(&progress, "removing", 0);
	for (;;) {
		uint64_t begun_us = clock_mono_us();

		if (bus_remove_wait(bus, ANSWER_DEADLINE_MS, &step) == -1) {
			if (errno == EPROTO) {
				err_msg("refused: %s", step.why);
				rc = EXIT_PERM;
			} else {
				rc = no_answer("remove");
			}
			break;
		}
		if (step.why[0] != '\0') {
			err_msg("weir-logd cannot remove anything just now: "
				"%s; what is done is done, say it again "
				"later",
			    step.why);
			rc = EXIT_TEMP;
			break;
		}
		if (step.orders == 0)
			break;
		progress.total = step.until;
		progress_set(&progress, step.next);
		rest(clock_mono_us() - begun_us);
	}
	progress_fini(&progress);
	return rc;
}

int
order_report(struct log *l, uint64_t head)
{
	struct log_reader *r = log_reader_open(l, head + 1);
	struct EventsRemoved d;
	char size[AMOUNT_SIZE];
	struct event e;
	int n = -1;

	while (r != NULL && (n = log_reader_next(r, &e)) == 1) {
		if (e.type != EVENT_EventsRemoved ||
		    EVENT_GET(&e, EventsRemoved, &d) == -1)
			continue;
		amount_bytes(size, d.bytes);
		printf("%.*s: removed %" PRIu64 " events, %s, seq %" PRIu64
		       " to %" PRIu64 " (%.*s)\n",
		    STRF(d.type), d.count, size, d.first, d.last, STRF(d.rule));
	}
	if (n == -1)
		err_sys("read the log");
	log_reader_close(r);
	return n == -1 ? EXIT_TEMP : 0;
}
