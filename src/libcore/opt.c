#include "opt.h"
#include "err.h"
#include "num.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OPTIONS = 32, HELP_VALUE = 'h', LONG_BASE = 256 };

static void
usage(FILE *f, const struct opt_program *prog)
{
	fprintf(f, "usage: %s [option...]%s%s\n%s.\n\n", prog->name,
	    prog->operands ? " " : "", prog->operands ? prog->operands : "",
	    prog->summary);
	for (const struct opt *o = prog->opt; o->name != NULL; o++) {
		char left[64];
		int n = 0;

		if (o->letter != 0)
			n = snprintf(left, sizeof(left), "-%c, ", o->letter);
		else
			n = snprintf(left, sizeof(left), "    ");
		(void)snprintf(left + n, sizeof(left) - (size_t)n, "--%s%s%s",
		    o->name, o->arg ? " " : "", o->arg ? o->arg : "");
		fprintf(f, "  %-26s %s\n", left, o->help);
	}
	fprintf(f, "  %-26s %s\n", "-h, --help", "this text");
	if (prog->env != NULL) {
		fprintf(f, "\nenvironment:\n");
		for (const char *const *e = prog->env; *e != NULL; e++)
			fprintf(f, "  %s\n", *e);
	}
}

static int
take(const struct opt *o, const char *value)
{
	if (o->flag != NULL) {
		*o->flag = true;
	} else if (o->number != NULL) {
		if (num_parse(value, o->min, o->max, o->number) == -1) {
			err_msg("--%s %s: want a number from %" PRIu64
				" to %" PRIu64,
			    o->name, value, o->min, o->max);
			return -1;
		}
	} else if (o->text != NULL) {
		*o->text = value;
	} else {
		if (o->list->len == o->list->cap) {
			err_msg("--%s: given more than %zu times", o->name,
			    o->list->cap);
			return -1;
		}
		if (o->given_by != NULL)
			o->given_by[o->list->len] = o->name;
		o->list->item[o->list->len++] = value;
	}
	return 0;
}

int
opt_parse(const struct opt_program *prog, int argc, char *argv[], int *operand)
{
	struct option longs[MAX_OPTIONS + 2] = {0};
	char shorts[2 * MAX_OPTIONS + 4];
	size_t n = 0, s = 0;
	int ch;

	memset(shorts, 0, sizeof(shorts));
	if (prog->operand_ends)
		shorts[s++] = '+';
	shorts[s++] = 'h';
	err_setprog(prog->name);
	for (; prog->opt[n].name != NULL && n < MAX_OPTIONS; n++) {
		const struct opt *o = &prog->opt[n];

		longs[n] = (struct option){o->name,
		    o->arg ? required_argument : no_argument, NULL,
		    LONG_BASE + (int)n};
		if (o->letter == 0)
			continue;
		shorts[s++] = o->letter;
		if (o->arg != NULL)
			shorts[s++] = ':';
	}
	longs[n] = (struct option){"help", no_argument, NULL, HELP_VALUE};
	optind = 1;
	while ((ch = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct opt *o = NULL;

		if (ch == HELP_VALUE) {
			usage(stdout, prog);
			return fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
		}
		if (ch >= LONG_BASE)
			o = &prog->opt[ch - LONG_BASE];
		for (size_t i = 0; o == NULL && i < n; i++)
			if (prog->opt[i].letter == ch)
				o = &prog->opt[i];
		if (o == NULL) {
			fprintf(stderr, "try: %s -h\n", prog->name);
			return EXIT_PERM;
		}
		if (take(o, optarg) == -1)
			return EXIT_PERM;
	}
	if (prog->operands == NULL && optind != argc) {
		err_msg("%s: takes no operand", argv[optind]);
		return EXIT_PERM;
	}
	*operand = optind;
	return OPT_RUN;
}
