#include "amount.h"
#include "conf.h"
#include "err.h"
#include "opt.h"
#include "token.h"
#include "token_command.h"

#include <string.h>

/* How long, as people say it, in seconds.  0, or -1 after reporting. */
static int
parse_life(const char *text, uint64_t *life_s)
{
	uint64_t us;

	if (amount_parse_us(text, &us) == 0 && us >= 1000000 &&
	    us / 1000000 <= TOKEN_MAX_LIFE_S) {
		*life_s = us / 1000000;
		return 0;
	}
	err_msg("--for %s: want a time like 90s, 15min, 1h or 30d, a year at "
		"most",
	    text);
	return -1;
}

int
main(int argc, char *argv[])
{
	const char *role = NULL, *name = NULL, *life = "1h", *revoke = NULL;
	bool list = false, rotate = false;
	const struct opt opt[] = {
	    {.letter = 'r',
		.name = "role",
		.arg = "ROLE",
		.help = "print a token for that: operator",
		.text = &role},
	    {.letter = 'f',
		.name = "for",
		.arg = "TIME",
		.help = "how long it is good (1h)",
		.text = &life},
	    {.letter = 'n',
		.name = "name",
		.arg = "NAME",
		.help = "who has it, for people",
		.text = &name},
	    {.letter = 'l',
		.name = "list",
		.help = "print the keys that sign, the newest last",
		.flag = &list},
	    {.name = "rotate",
		.help = "make a key that signs from now on; older ones go on "
			"being good",
		.flag = &rotate},
	    {.name = "revoke",
		.arg = "KEY",
		.help = "destroy a key, and with it every token that it signed",
		.text = &revoke},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where the keys lie (its folder tokens)",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-token",
	    .summary = "print a token that opens what is for operators",
	    .opt = opt,
	    .env = env,
	};
	char dir[PATH_MAX];
	uint64_t life_s;
	int at, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if ((role != NULL) + list + rotate + (revoke != NULL) != 1) {
		err_msg("want one of --role operator, --list, --rotate and "
			"--revoke KEY");
		return EXIT_PERM;
	}
	if (conf_path(dir, CONF_STATE, "tokens") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if (list)
		return token_command_list(dir);
	if (rotate)
		return token_command_rotate(dir);
	if (revoke != NULL)
		return token_command_revoke(dir, revoke);
	if (strcmp(role, TOKEN_OPERATOR) != 0) {
		err_msg("'%s' is no role: there is operator", role);
		return EXIT_PERM;
	}
	if (parse_life(life, &life_s) == -1)
		return EXIT_PERM;
	return token_command_print(dir, role, name, life_s);
}
