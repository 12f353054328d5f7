#include "err.h"
#include "json.h"
#include "opt.h"

#include <stdio.h>

/* The tables of schemas/, in one line each. */
static void
list(void)
{
	const struct schema *s;

	for (size_t i = 0; (s = schema_at(i)) != NULL; i++)
		printf("%-20s %-18s %s\n", s->name.p, s->subject, s->doc);
}

int
main(int argc, char *argv[])
{
	enum { TEXT_MAX = 1 << 20 };
	bool json = false, markdown = false;
	const struct opt opt[] = {
	    {.name = "json-schema",
		.help = "JSON Schema of events as CloudEvents",
		.flag = &json},
	    {.name = "markdown", .help = "docs/events.md", .flag = &markdown},
	    {0},
	};
	const struct opt_program prog = {
	    .name = "weir-schema",
	    .summary = "print what events there are and what is in them",
	    .opt = opt,
	};
	struct buf b;
	int operand, code;

	if ((code = opt_parse(&prog, argc, argv, &operand)) != OPT_RUN)
		return code;
	buf_init(&b, TEXT_MAX);
	if (!json && !markdown) {
		list();
	} else if ((json ? event_json_schema(&b) : event_markdown(&b)) == -1) {
		err_sys("schema");
		return EXIT_TEMP;
	} else {
		printf("%.*s%s", STRF(buf_str(&b)), json ? "\n" : "");
	}
	buf_fini(&b);
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}
