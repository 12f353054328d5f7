#include "board.h"
#include "clock.h"
#include "file.h"
#include "hand.h"
#include "tap.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_US = 30 * 1000 * 1000 };

/* What a hand starts is this program again: a worker of few words. */
static int
work(void)
{
	struct buf task;

	buf_init(&task, TASK_MAX_BYTES);
	if (file_read(STDIN_FILENO, &task) == -1 || task.len == 0)
		return 1;
	if (task.p[0] == 'h')
		for (;;)
			(void)pause();
	if (task.p[0] == 'c')
		(void)raise(SIGKILL);
	(void)file_write(STDOUT_FILENO, task.p, task.len);
	buf_fini(&task);
	return 0;
}

static bool
start(struct hand *h, const char *task)
{
	struct order o = {.folder = -1};
	int rc;

	buf_init(&o.task, TASK_MAX_BYTES);
	(void)buf_puts(&o.task, task);
	rc = hand_start(h, &o);
	buf_fini(&o.task);
	return rc == 0;
}

/* How it ends, looked at as if it were LATER_US later than it is. */
static enum hand_end
end(struct hand *h, uint64_t later_us, struct buf *answer)
{
	uint64_t until_us = clock_mono_us() + WAIT_US, now_us;
	enum hand_end how = HAND_BUSY;

	while (how == HAND_BUSY && (now_us = clock_mono_us()) < until_us) {
		how = hand_look(h, now_us + later_us, answer);
		(void)poll(NULL, 0, 5);
	}
	return how;
}

static void
test_workers(void)
{
	struct hand h = {.pid = 0};
	struct buf answer;

	buf_init(&answer, TASK_MAX_BYTES);
	OK(start(&h, "answer"));
	OK(end(&h, 0, &answer) == HAND_DONE && h.pid == 0);
	OK(str_eqz(buf_str(&answer), "answer"));
	OK(start(&h, "crash"));
	OK(end(&h, 0, &answer) == HAND_FAILED && answer.len == 0);
	/* One that hangs is killed, but not before its time. */
	OK(start(&h, "hang"));
	OK(hand_look(&h, clock_mono_us(), &answer) == HAND_BUSY);
	OK(end(&h, HAND_PATIENCE_US + 1000000, &answer) == HAND_FAILED);
	OK(start(&h, "hang"));
	hand_drop(&h);
	OK(h.pid == 0);
	hand_drop(&h);
	buf_fini(&answer);
}

/* Answers come from whoever took a worker over. */
static void
test_answers(void)
{
	struct task_answer a = {.op = TASK_STILL, .bytes = 4}, got;
	struct str bytes, all;
	struct buf b;

	buf_init(&b, 4096);
	(void)buf_put(&b, &a, sizeof(a));
	(void)buf_puts(&b, "abcd");
	a.bytes = UINT32_MAX;
	(void)buf_put(&b, &a, sizeof(a));
	all = buf_str(&b);
	OK(task_next(&all, &got, &bytes) && str_eqz(bytes, "abcd"));
	OK(!task_next(&all, &got, &bytes));
	for (size_t n = 0; n < sizeof(a) + 4; n++) {
		all = (struct str){(const char *)b.p, n};
		if (task_next(&all, &got, &bytes))
			break;
	}
	OK(all.len == sizeof(a) + 3);
	buf_fini(&b);
}

static void
test_intervals(void)
{
	const uint64_t s = 1000000;

	OK(board_interval_us(1) == 2 * s);
	OK(board_interval_us(600 * s) == 2 * s);
	OK(board_interval_us(601 * s) == 3 * s);
	OK(board_interval_us(3000 * s) == 10 * s);
	OK(board_interval_us(8 * 3600 * s) == 10 * s);
}

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "--worker") == 0)
		return work();
	test_workers();
	test_answers();
	test_intervals();
	return tap_done();
}
