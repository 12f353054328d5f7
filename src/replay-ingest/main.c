#include "err.h"
#include "num.h"
#include "opt.h"
#include "replay.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_MAX = 255, SPEED_MAX = 1000 };

/* The first line of the file PATH into KEY.  0, or -1 after reporting. */
static int
read_key(const char *path, char key[KEY_MAX + 1])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, key, KEY_MAX);

	if (n == -1)
		err_sys("read %s", path);
	if (fd != -1)
		(void)close(fd);
	if (n == -1)
		return -1;
	key[n] = '\0';
	key[strcspn(key, "\r\n")] = '\0';
	return 0;
}

/* SPEED, a number with at most three decimals, in thousandths. */
static int
read_speed(const char *speed, uint64_t *permille)
{
	const char *point = strchr(speed, '.');
	char digits[16];

	if (point != NULL && (size_t)(point - speed) < 8 &&
	    strlen(point + 1) <= 3 && point[1] != '\0') {
		(void)snprintf(digits, sizeof(digits), "%.*s%s%.*s",
		    (int)(point - speed), speed, point + 1,
		    (int)(3 - strlen(point + 1)), "000");
		if (num_parse(digits, 0, SPEED_MAX * 1000, permille) == 0)
			return 0;
	} else if (num_parse(speed, 0, SPEED_MAX, permille) == 0) {
		*permille *= 1000;
		return 0;
	}
	err_msg("--speed %s: want how many times as fast, up to %d (1, 0.5), "
		"or 0",
	    speed, SPEED_MAX);
	return -1;
}

int
main(int argc, char *argv[])
{
	struct replay_settings set = {.key = NULL};
	const char *to = NULL, *key_file = NULL, *speed = "1";
	char key[KEY_MAX + 1];
	const struct opt opt[] = {
	    {'t', "to", "HOST:PORT", "the ingest", .text = &to},
	    {'k', "key-file", "FILE",
		"has the stream key, in place of the one that was taken out",
		.text = &key_file},
	    {'s', "speed", "TIMES",
		"as fast as it was, or so many times; 0: as fast as it is "
		"taken (1)",
		.text = &speed},
	    {.name = NULL}};
	static const char *const env[] = {
	    "WEIR_RTMP  the ingest, without --to (127.0.0.1:1935)",
	    "WEIR_KEY   the stream key, without --key-file", NULL};
	const struct opt_program program = {.name = "weir-replay-ingest",
	    .summary = "send an ingest again what weir-record-ingest kept",
	    .operands = "FILE",
	    .opt = opt,
	    .env = env};
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (argc - operand != 1) {
		err_msg("want one file; see --help");
		return EXIT_PERM;
	}
	set.path = argv[operand];
	set.key = conf_text("WEIR_KEY", NULL);
	if (key_file != NULL) {
		if (read_key(key_file, key) == -1)
			return EXIT_PERM;
		set.key = key;
	}
	if (to != NULL && conf_parse_address(to, &set.to) == -1) {
		err_msg(
		    "--to %s: want HOST:PORT, for instance 127.0.0.1:1935", to);
		return EXIT_PERM;
	}
	if (read_speed(speed, &set.speed_permille) == -1 ||
	    (to == NULL &&
		conf_address("WEIR_RTMP", "127.0.0.1:1935", &set.to) == -1))
		return EXIT_PERM;
	return replay_run(&set);
}
