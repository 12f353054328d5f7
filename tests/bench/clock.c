/*
 * A camera that looks at a clock, and the encoder that gets its pictures.
 *
 *	clock ENCODER ARG...
 *
 * Runs ENCODER with raw pictures on its stdin, 320x180 yuv420p, 30 a second,
 * each painted with when it was due: 8 by 5 blocks, black or white, of which
 * 32 are milliseconds since 1970 (the low bits, the highest first) and 8 the
 * sum of those four octets, inverted.  A picture that the encoder was not there
 * to take keeps its time, as in a camera's buffer.
 *
 * Prints the encoder's process id and when the first picture was painted, in
 * milliseconds since 1970; ends with the encoder.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	WIDTH = 320,
	HEIGHT = 180,
	RATE = 30,
	ACROSS = 8,
	DOWN = 5,
	LUMA = WIDTH * HEIGHT,
	BYTES = LUMA * 3 / 2,
	BLACK = 16,
	WHITE = 235,
	GRAY = 128
};

static void
die(const char *what)
{
	perror(what);
	exit(111);
}

static int64_t
now_us(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_REALTIME, &t) == -1)
		die("clock_gettime");
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
wait_until(int64_t due_us)
{
	struct timespec t = {
	    .tv_sec = due_us / 1000000, .tv_nsec = due_us % 1000000 * 1000};

	while (
	    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static void
paint(uint8_t picture[BYTES], int64_t time_us)
{
	uint32_t ms = (uint32_t)(time_us / 1000);
	uint32_t sum =
	    (ms >> 24) + (ms >> 16 & 255) + (ms >> 8 & 255) + (ms & 255);
	uint64_t bits = (uint64_t)ms << 8 | (~sum & 255);

	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			int block =
			    y * DOWN / HEIGHT * ACROSS + x * ACROSS / WIDTH;
			int set =
			    (int)(bits >> (ACROSS * DOWN - 1 - block) & 1);

			picture[y * WIDTH + x] = set ? WHITE : BLACK;
		}
	}
	memset(picture + LUMA, GRAY, BYTES - LUMA);
}

/* 0 when all was written, -1 when nobody reads any more. */
static int
put(int fd, const uint8_t *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EPIPE)
			return -1;
		if (n == -1)
			die("write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static pid_t
encode(char *argv[], int *to)
{
	int fd[2];
	pid_t pid;

	if (pipe(fd) == -1)
		die("pipe");
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0) {
		if (dup2(fd[0], STDIN_FILENO) == -1)
			die("dup2");
		close(fd[0]);
		close(fd[1]);
		execvp(argv[0], argv);
		die(argv[0]);
	}
	close(fd[0]);
	*to = fd[1];
	return pid;
}

int
main(int argc, char *argv[])
{
	static uint8_t picture[BYTES];
	int64_t first_us;
	pid_t pid;
	int to;

	if (argc < 2) {
		fprintf(stderr, "usage: clock ENCODER ARG...\n");
		return 100;
	}
	pid = encode(argv + 1, &to);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		die("signal");
	first_us = now_us();
	printf("%ld %" PRId64 "\n", (long)pid, first_us / 1000);
	fflush(stdout);
	for (int64_t n = 0;; n++) {
		int64_t due_us = first_us + n * 1000000 / RATE;

		wait_until(due_us);
		paint(picture, due_us);
		if (put(to, picture, sizeof picture) == -1)
			break;
	}
	if (waitpid(pid, NULL, 0) == -1)
		die("waitpid");
	return 0;
}
