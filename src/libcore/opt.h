#ifndef CORE_OPT_H
#define CORE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One command-line option; also the source of -h.  Which of the targets is
 * set says what the option takes: FLAG nothing, NUMBER a decimal in
 * [MIN, MAX], TEXT any string (borrowed from argv), LIST a string each
 * time it is given.
 */
struct opt {
	char letter;      /* short form, or 0 */
	const char *name; /* long form, without the dashes */
	const char *arg;  /* metavariable; NULL for a flag */
	const char *help; /* one line, no full stop */
	bool *flag;
	uint64_t *number, min, max;
	const char **text;
	struct opt_list *list;
	/* Of options that share a list: an array of CAP as well, for the name
	 * of the option that gave each item. */
	const char **given_by;
};

struct opt_list {
	const char **item; /* caller's array of CAP pointers */
	size_t len, cap;
};

struct opt_program {
	const char *name;      /* "weir-cat" */
	const char *summary;   /* what it does, one line, no full stop */
	const char *operands;  /* "[FILE...]", or NULL when it takes none */
	const struct opt *opt; /* ends with name NULL */
	/* What follows the first operand is another program's: leave it. */
	bool operand_ends;
	/* Environment it reads, for -h: "NAME  meaning" lines, or NULL. */
	const char *const *env; /* ends with NULL */
};

/*
 * Parse the command line.  OPT_RUN: go on, *OPERAND is the index of the
 * first operand.  Otherwise the exit code to end with: EXIT_OK when help was
 * asked for and given, EXIT_PERM after reporting what is wrong.
 */
enum { OPT_RUN = -1 };
int opt_parse(
    const struct opt_program *prog, int argc, char *argv[], int *operand);

#endif
