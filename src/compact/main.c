#include "amount.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "opt.h"
#include "order.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_WORDS = 4 * RULES_MAX, SETTING_MAX = 4096 };

struct ask {
	const char *item[MAX_WORDS], *by[MAX_WORDS];
	struct opt_list words;
	bool dry_run, force;
	char setting[SETTING_MAX];
};

static int
parse(struct ask *a, int argc, char *argv[])
{
	const struct opt opt[] = {
	    {.letter = 't',
		.name = "type",
		.arg = "TYPE",
		.help = "events of this type go, as the limits behind it say",
		.list = &a->words,
		.given_by = a->by},
	    {.name = "older",
		.arg = "AGE",
		.help = "those stored longer ago: 30d, 12h, 90min, 10s",
		.list = &a->words,
		.given_by = a->by},
	    {.name = "keep",
		.arg = "N",
		.help = "all but the newest N",
		.list = &a->words,
		.given_by = a->by},
	    {.name = "max-bytes",
		.arg = "BYTES",
		.help = "all but the newest that fit: 1G, 500M, 64K",
		.list = &a->words,
		.given_by = a->by},
	    {.letter = 'n',
		.name = "dry-run",
		.help = "remove nothing, tell what would go",
		.flag = &a->dry_run},
	    {.name = "force",
		.help = "also types that the platform does not stand without",
		.flag = &a->force},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_RETENTION  rules, when none are given: the options above",
	    "WEIR_STATE      where the log lies (its folder log)",
	    "WEIR_RUN        where weir-logd listens",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-compact",
	    .summary = "remove events from the log by type and age, number "
		       "or size",
	    .opt = opt,
	    .env = env,
	};
	int operand;

	return opt_parse(&prog, argc, argv, &operand);
}

/* The rules of WEIR_RETENTION, as if they were given.  OPT_RUN or a code. */
static int
parse_setting(struct ask *a)
{
	char name[] = "WEIR_RETENTION", *rest = a->setting, *word;
	char *argv[2 * MAX_WORDS + 2] = {name};
	int argc = 1;

	if (str_copy(a->setting, sizeof(a->setting),
		str_from(conf_text("WEIR_RETENTION", ""))) == -1) {
		err_msg("WEIR_RETENTION: longer than %d bytes", SETTING_MAX);
		return EXIT_PERM;
	}
	while ((word = strsep(&rest, " \t\n")) != NULL) {
		if (*word == '\0')
			continue;
		if (argc > 2 * MAX_WORDS) {
			err_msg("WEIR_RETENTION: more than %d words",
			    2 * MAX_WORDS);
			return EXIT_PERM;
		}
		argv[argc++] = word;
	}
	return parse(a, argc, argv);
}

/* What would go, a line for each rule. */
static void
tell(const struct plan *p)
{
	char size[AMOUNT_SIZE];

	amount_bytes(size, p->gone_bytes);
	printf("%s: %" PRIu64 " of %" PRIu64 " events, %s",
	    p->rule->schema->name.p, p->gone_events, p->events, size);
	if (p->gone_events > 0)
		printf(", seq %" PRIu64 " to %" PRIu64, p->first, p->until);
	if (p->newest > 0)
		printf("; %" PRIu64 " stay as the newest of their subject",
		    p->newest);
	putchar('\n');
}

static int
dry_run(struct log *l, const struct rules *rules)
{
	struct plan plan[RULES_MAX];

	if (plan_make(l, rules, clock_real_us(), plan) == -1)
		return EXIT_TEMP;
	for (size_t i = 0; i < rules->n; i++)
		tell(&plan[i]);
	return 0;
}

/* Finish what an earlier run left, order what RULES say, and finish that. */
static int
compact(struct log *l, const struct rules *rules, bool force)
{
	struct bus_client *bus = bus_client_open(BUS_APPEND);
	struct plan plan[RULES_MAX];
	uint64_t head;
	int rc = EXIT_TEMP;

	if (bus == NULL) {
		err_sys("connect to weir-logd in WEIR_RUN");
		return EXIT_TEMP;
	}
	if (log_head(l, &head) == -1) {
		err_sys("read the log");
		goto out;
	}
	if ((rc = order_finish(bus)) != 0)
		goto out;
	if (plan_make(l, rules, clock_real_us(), plan) == -1) {
		rc = EXIT_TEMP;
		goto out;
	}
	for (size_t i = 0; i < rules->n; i++)
		if (plan[i].gone_events > 0 &&
		    (rc = order_put(bus, l, &plan[i], force)) != 0)
			goto out;
	if ((rc = order_finish(bus)) == 0)
		rc = order_report(l, head);
out:
	bus_client_close(bus);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct ask a = {0};
	struct rules rules;
	char dir[PATH_MAX];
	struct log *l;
	int rc;

	a.words = (struct opt_list){.item = a.item, .cap = MAX_WORDS};
	if ((rc = parse(&a, argc, argv)) != OPT_RUN ||
	    (a.words.len == 0 && (rc = parse_setting(&a)) != OPT_RUN))
		return rc;
	if (rules_parse(&rules, &a.words, a.by, a.force) == -1)
		return EXIT_PERM;
	if (conf_path(dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if ((l = log_open(dir)) == NULL) {
		err_sys("open the log in %s", dir);
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	}
	rc = a.dry_run ? dry_run(l, &rules) : compact(l, &rules, a.force);
	log_close(l);
	if (fflush(stdout) != 0) {
		err_sys("write");
		rc = EXIT_TEMP;
	}
	return rc;
}
