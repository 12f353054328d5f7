#include "conf.h"
#include "err.h"
#include "input.h"
#include "length.h"
#include "opt.h"
#include "sandbox.h"
#include "segmenter.h"
#include "str.h"
#include "uuid.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { MAX_BROADCAST = 64 };

/* What OPTION says, as microseconds; with NONE it may be 0.  0, or -1. */
static int
duration(const char *option, const char *text, bool none, int64_t *out_us)
{
	if (length_parse(text, out_us) == 0 && (none || *out_us > 0))
		return 0;
	err_msg("--%s %s: want seconds (1, 2s) or milliseconds (500ms), from "
		"%dms to %dms%s",
	    option, text, LENGTH_MIN_US / 1000, LENGTH_MAX_US / 1000,
	    none ? ", or 0" : "");
	return -1;
}

/* Segment standard input into BROADCAST.  The exit code. */
static int
run(const char *broadcast, const struct cutter_settings *set)
{
	struct store *store = NULL;
	struct story *story;
	struct segmenter *s = NULL;
	struct sandbox sandbox = {0};
	int code = EXIT_TEMP;

	if ((story = story_open(broadcast, STDOUT_FILENO)) == NULL)
		return EXIT_TEMP;
	if (store_open(&store, broadcast) == 0 &&
	    story_keep(story, store_folder(store)) == 0 &&
	    (s = segmenter_open(set, store, story)) != NULL) {
		sandbox.folder = store_folder(store);
		if (sandbox_enter(&sandbox) == 0)
			code = input_run(STDIN_FILENO, s);
	}
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
	const char *target = "1", *max = "10", *part = "200ms";
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
		"tell of parts of about it as they are made, 0: of none "
		"(200ms)",
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
	if (duration("target", target, false, &set.target_us) == -1 ||
	    duration("max", max, false, &set.max_us) == -1 ||
	    duration("part", part, true, &set.part_us) == -1)
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
