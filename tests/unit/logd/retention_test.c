#include "append.h"
#include "clock.h"
#include "keeper.h"
#include "removal.h"
#include "tap.h"
#include "tmp.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { EVENTS = 100, DEADLINE_MS = 60000 };

static const struct removal_limits generous = {
    .time_us = 60000000, .write_bytes = 1 << 26, .events = 1 << 20};

/* Notes, and behind them an order for the first half of them. */
static struct log_writer *
story(const char *dir)
{
	const struct NoteWritten note = {.text = STR("a line for people")};
	const struct RemovalOrdered order = {.type = STR("NoteWritten"),
	    .until = EVENTS / 2,
	    .rule = STR("for a test")};
	pid_t holder;
	struct log_writer *w = log_writer_open(dir, &holder);
	bool fine = w != NULL;

	for (int i = 0; fine && i < EVENTS; i++)
		fine = append(w, EVENT_NoteWritten, &note, "n/a") == 0;
	fine = fine && append(w, EVENT_RemovalOrdered, &order,
			   "retention/NoteWritten") == 0;
	OK(fine && log_writer_commit(w) == 0 && log_writer_move(w) == 0);
	return w;
}

/*
 * Ask through DOOR until nothing is left, in a process of its own, while this
 * one serves: what the last answer was, as an exit code.
 */
enum { FINISHED, REFUSED, FAILED };

static int
ask(enum bus_door door)
{
	struct bus_client *c = bus_client_open(door);
	struct bus_removal r = {.orders = 1};
	int rc = 0, code = FINISHED;

	if (c == NULL)
		return FAILED;
	while (rc == 0 && r.orders > 0)
		rc = bus_remove_wait(c, DEADLINE_MS, &r);
	if (rc == -1)
		code = errno == EPROTO && r.why[0] != '\0' ? REFUSED : FAILED;
	bus_client_close(c);
	return code;
}

static int
serve(struct keeper *k, struct bus_server *s, enum bus_door door)
{
	uint64_t end_us = clock_mono_us() + DEADLINE_MS * UINT64_C(1000);
	pid_t child;
	int status;

	(void)fflush(stdout);
	if ((child = fork()) == 0) {
		/* A new process: nothing of czmq's or LMDB's is used in it. */
		char text[8];

		(void)snprintf(text, sizeof(text), "%d", (int)door);
		(void)execl("/proc/self/exe", "retention_test", text, NULL);
		_exit(FAILED);
	}
	while (
	    waitpid(child, &status, WNOHANG) == 0 && clock_mono_us() < end_us) {
		(void)poll(NULL, 0, 1);
		if (keeper_turn(k) == -1)
			return -1;
		bus_server_turn(s);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The events of TYPE in the log, and the last of them into *E. */
static int
count(struct log_reader *r, enum event_type type, struct EventsRemoved *last)
{
	struct event e;
	int n = 0;

	log_reader_seek(r, 1);
	while (log_reader_next(r, &e) == 1) {
		if (e.type != type)
			continue;
		n++;
		if (type == EVENT_EventsRemoved)
			(void)EVENT_GET(&e, EventsRemoved, last);
	}
	return n;
}

/*
 * From each state that a crash may leave: with STEPS, everything was removed
 * and nobody was told (D62).
 */
static void
test(bool steps)
{
	struct log_writer *w;
	struct bus_server *s;
	struct log_reader *r;
	struct keeper *k;
	struct EventsRemoved told = {0};
	struct removal all = {.type = STR("NoteWritten"),
	    .until = EVENTS / 2,
	    .order = EVENTS + 1,
	    .next = 1};
	char dir[64], keys[80];
	struct privacy *p;

	(void)tmp_make(dir);
	OK(setenv("WEIR_RUN", dir, 1) == 0);
	w = story(dir);
	OK(!steps || removal_step(log_writer_log(w), &all, 1, &generous) == 0);
	OK((s = bus_server_open()) != NULL);
	(void)snprintf(keys, sizeof(keys), "%s/keys", dir);
	OK((p = privacy_open(keys, w)) != NULL);
	OK((k = keeper_open(w, s, p)) != NULL);
	r = log_reader_open(log_writer_log(w), 1);

	OK(serve(k, s, BUS_MEDIA) == REFUSED);
	OK(count(r, EVENT_EventsRemoved, &told) == 0);
	OK(count(r, EVENT_NoteWritten, &told) == (steps ? EVENTS / 2 : EVENTS));
	OK(serve(k, s, BUS_APPEND) == FINISHED);
	OK(count(r, EVENT_NoteWritten, &told) == EVENTS / 2);
	OK(count(r, EVENT_EventsRemoved, &told) == 1);
	OK(told.count == EVENTS / 2 && told.first == 1 &&
	    told.last == EVENTS / 2 && told.order == EVENTS + 1);
	OK(told.bytes > 0);
	OK(keeper_figures(k)->removed == (steps ? 0 : EVENTS / 2));
	/* Once more is nothing more. */
	OK(serve(k, s, BUS_APPEND) == FINISHED);
	OK(count(r, EVENT_EventsRemoved, &told) == 1);

	log_reader_close(r);
	keeper_close(k);
	privacy_close(p);
	bus_server_close(s);
	log_writer_close(w);
	tmp_remove(dir);
}

int
main(int argc, char *argv[])
{
	if (argc > 1)
		return ask(argv[1][0] == '0' ? BUS_APPEND : BUS_MEDIA);
	test(false);
	test(true);
	return tap_done();
}
