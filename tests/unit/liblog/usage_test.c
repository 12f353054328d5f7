#include "append.h"
#include "store.h"
#include "tap.h"
#include "tmp.h"
#include "usage.h"

#include <string.h>
#include <sys/wait.h>

static void
add(struct log_writer *w, int n)
{
	const struct NoteWritten note = {.text = STR("a line for people")};
	bool fine = true;

	for (int i = 0; i < n; i++)
		fine = fine && append(w, EVENT_NoteWritten, &note, "n") == 0 &&
		       log_writer_commit(w) == 0;
	OK(fine);
}

static void
test_usage(const char *dir)
{
	pid_t holder;
	struct log_writer *w = log_writer_open(dir, &holder);
	struct log *l = log_writer_log(w);
	struct log_usage u;

	OK(log_usage(l, &u) == 0);
	OK(u.head == 0 && u.blocks == 0 && u.first_us == 0 && u.last_us == 0);
	add(w, 1);
	OK(log_usage(l, &u) == 0);
	OK(u.head == 1 && u.blocks == 1 && u.first_us == u.last_us);
	/* In the journal, in LMDB, in both. */
	add(w, 9);
	OK(log_usage(l, &u) == 0 && u.head == 10 && u.blocks == 10);
	OK(u.first_us > 0 && u.last_us >= u.first_us);
	OK(log_writer_move(w) == 0);
	OK(log_usage(l, &u) == 0 && u.head == 10 && u.blocks == 10);
	add(w, 5);
	OK(log_usage(l, &u) == 0 && u.head == 15 && u.blocks == 15);
	OK(u.file_bytes >= u.used_bytes && u.used_bytes > 4096);
	OK(u.journal_bytes > 0 && u.map_bytes >= u.file_bytes);
	log_writer_close(w);
}

struct seen {
	pid_t pid;
	int pinned, idle;
};

static int
see(void *arg, const struct log_slot *s)
{
	struct seen *seen = arg;

	if (s->pid != seen->pid)
		return 0;
	seen->pinned += s->pinned;
	seen->idle += !s->pinned;
	return 0;
}

/* Reads in a process of its own, and tells so, until IN ends. */
static void
reader(const char *dir, bool pin, int in, int out)
{
	struct log *l = log_open(dir);
	MDB_txn *txn;
	char c = 1;

	if (l == NULL || store_begin(l, &txn) != 0)
		_exit(1);
	if (!pin)
		mdb_txn_reset(txn);
	_exit(write(out, &c, 1) != 1 || read(in, &c, 1) != 0);
}

static void
test_slots(const char *dir, bool pin)
{
	int in[2], out[2], status;
	struct seen seen = {0};
	struct log *l;
	char c;

	OK(pipe(in) == 0 && pipe(out) == 0);
	(void)fflush(stdout);
	if ((seen.pid = fork()) == 0) {
		(void)close(in[1]);
		reader(dir, pin, in[0], out[1]);
	}
	OK(read(out[0], &c, 1) == 1);
	OK((l = log_open(dir)) != NULL);
	OK(log_slots(l, see, &seen) == 0);
	OK(seen.pinned == pin && seen.idle == !pin);
	log_close(l);
	(void)close(in[0]);
	(void)close(in[1]);
	OK(waitpid(seen.pid, &status, 0) == seen.pid && status == 0);
	(void)close(out[0]);
	(void)close(out[1]);
}

int
main(void)
{
	char dir[64];

	(void)tmp_make(dir);
	test_usage(dir);
	test_slots(dir, true);
	test_slots(dir, false);
	tmp_remove(dir);
	return tap_done();
}
