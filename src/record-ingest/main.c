#include "err.h"
#include "opt.h"
#include "relay.h"

/* TEXT, which OPTION says or else the setting KEY, as an address. */
static int
address(const char *option, const char *text, const char *key,
    const char *fallback, struct conf_address *out)
{
	if (text == NULL)
		return conf_address(key, fallback, out);
	if (conf_parse_address(text, out) == 0)
		return 0;
	err_msg(
	    "--%s %s: want HOST:PORT, for instance %s", option, text, fallback);
	return -1;
}

int
main(int argc, char *argv[])
{
	struct relay_settings set = {.dir = "."};
	const char *listen = "127.0.0.1:1936", *to = NULL;
	const struct opt opt[] = {
	    {'l', "listen", "HOST:PORT", "where encoders come (127.0.0.1:1936)",
		.text = &listen},
	    {'t', "to", "HOST:PORT", "the ingest that they are for",
		.text = &to},
	    {.name = "keep-key",
		.help = "leave stream keys in the files",
		.flag = &set.keep_key},
	    {.name = NULL}};
	static const char *const env[] = {
	    "WEIR_RTMP  the ingest, without --to (127.0.0.1:1935)", NULL};
	const struct opt_program program = {.name = "weir-record-ingest",
	    .summary = "stand before an ingest and keep what encoders send, a "
		       "file for each connection",
	    .operands = "[DIR]",
	    .opt = opt,
	    .env = env};
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (operand < argc)
		set.dir = argv[operand++];
	if (operand < argc) {
		err_msg("%s: want one directory", argv[operand]);
		return EXIT_PERM;
	}
	if (address("listen", listen, NULL, "127.0.0.1:1936", &set.listen) ==
		-1 ||
	    address("to", to, "WEIR_RTMP", "127.0.0.1:1935", &set.to) == -1)
		return EXIT_PERM;
	return relay_run(&set);
}
