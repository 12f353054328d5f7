#include "conf.h"
#include "err.h"
#include "input.h"
#include "num.h"
#include "opt.h"
#include "sandbox.h"
#include "segmenter.h"
#include "str.h"
#include "uuid.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { MILLI_US = 1000, MIN_MS = 100, MAX_MS = 60000, MAX_BROADCAST = 64 };

/* "1", "2s" or "1500ms" in microseconds.  0, or -1 after reporting. */
static int
duration(const char *option, const char *text, int64_t *out_us)
{
	char digits[16];
	size_t n = strspn(text, "0123456789");
	const char *unit = text + n;
	uint64_t v;

	if ((strcmp(unit, "") != 0 && strcmp(unit, "s") != 0 &&
		strcmp(unit, "ms") != 0) ||
	    str_copy(digits, sizeof(digits), (struct str){text, n}) == -1 ||
	    num_parse(digits, 0, MAX_MS, &v) == -1 ||
	    (v *= unit[0] == 'm' ? 1 : 1000) < MIN_MS || v > MAX_MS) {
		err_msg("--%s %s: want seconds (1, 2s) or milliseconds "
			"(500ms), from %dms to %dms",
		    option, text, MIN_MS, MAX_MS);
		return -1;
	}
	*out_us = (int64_t)v * MILLI_US;
	return 0;
}

/* The same of --part, which may also be 0, and is short. */
static int
part_duration(const char *text, int64_t *out_us)
{
	*out_us = 0;
	return strcmp(text, "0") == 0 ? 0 : duration("part", text, out_us);
}

/* Segment standard input into BROADCAST.  The exit code. */
static int
run(const char *broadcast, const struct cutter_settings *set)
{
	struct store *store = NULL;
	struct story *story;
	struct segmenter *s = NULL;
	int code = EXIT_TEMP;

	if ((story = story_open(broadcast, STDOUT_FILENO)) == NULL)
		return EXIT_TEMP;
	if (store_open(&store, broadcast) == 0 &&
	    story_keep(story, store_folder(store)) == 0 &&
	    (s = segmenter_open(set, store, story)) != NULL &&
	    sandbox_enter(store_folder(store)) == 0)
		code = input_run(STDIN_FILENO, s);
	segmenter_close(s);
	store_close(store);
	story_close(story);
	return code;
}

int
main(int argc, char *argv[])
{
	static const char *const env[] = {
	    "WEIR_BROADCAST  the broadcast when --broadcast is not given",
	    "WEIR_CLOCK      the clock of the times when --clock is not given",
	    "WEIR_STATE      where media/ is, ./var or /var/lib/weir", NULL};
	const char *broadcast = conf_text("WEIR_BROADCAST", NULL);
	const char *clock = conf_text("WEIR_CLOCK", "");
	const char *target = "1", *max = "10", *part = "0";
	const struct opt opt[] = {
	    {'b', "broadcast", "ID", "the broadcast it is part of, else new",
		.text = &broadcast},
	    {'t', "target", "TIME",
		"end segments at the first keyframe after it (1)",
		.text = &target},
	    {'m', "max", "TIME",
		"never promise longer segments; GOPs are cut (10)",
		.text = &max},
	    {'p', "part", "TIME",
		"tell of parts of about it as they are made, 0: of none (0)",
		.text = &part},
	    {'c', "clock", "NAME",
		"of the input's times: one that was killed is gone on from",
		.text = &clock},
	    {.name = NULL}};
	const struct opt_program program = {.name = "weir-segment",
	    .summary = "Cut NUT on standard input into CMAF segments, and "
		       "tell of them in events on standard output",
	    .opt = opt,
	    .env = env};
	struct cutter_settings set;
	char id[UUID_TEXT_SIZE];
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (duration("target", target, &set.target_us) == -1 ||
	    duration("max", max, &set.max_us) == -1 ||
	    part_duration(part, &set.part_us) == -1)
		return EXIT_PERM;
	if (set.max_us < set.target_us) {
		err_msg("--max %s: less than --target %s", max, target);
		return EXIT_PERM;
	}
	if (set.part_us > set.target_us)
		set.part_us = set.target_us;
	if (broadcast == NULL) {
		if (uuid_v7(id) == -1) {
			err_sys("make an id");
			return EXIT_TEMP;
		}
		broadcast = id;
	}
	if (!str_slug(str_from(broadcast), MAX_BROADCAST)) {
		err_msg("--broadcast %s: want a-z, 0-9, '-' and '_', at most "
			"%d of them",
		    broadcast, MAX_BROADCAST);
		return EXIT_PERM;
	}
	if (clock[0] != '\0' &&
	    !str_slug(str_from(clock), UUID_TEXT_SIZE - 1)) {
		err_msg("--clock %s: want a-z, 0-9, '-' and '_', at most %d "
			"of them",
		    clock, UUID_TEXT_SIZE - 1);
		return EXIT_PERM;
	}
	set.clock = clock;
	if (sodium_init() == -1) {
		err_msg("libsodium does not start");
		return EXIT_TEMP;
	}
	return run(broadcast, &set);
}
