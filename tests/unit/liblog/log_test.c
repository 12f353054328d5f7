#include "block.h"
#include "clock.h"
#include "log.h"
#include "store.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>

/* Stage a note about SUBJECT with id ID; the verdict, or -1. */
static int
add(struct log_writer *w, const char *subject, const char *id, uint64_t expect,
    struct log_place *place)
{
	struct NoteWritten note = {.text = STR("a line for people")};
	struct event e;
	struct buf b;
	char new_id[64];
	int rc;

	buf_init(&b, EVENT_MAX);
	if (event_begin(&e, EVENT_NoteWritten, "test", str_from(subject),
		new_id) == -1 ||
	    EVENT_PUT(NoteWritten, &note, &b) == -1)
		return -1;
	if (id != NULL)
		e.id = str_from(id);
	e.expect = expect;
	e.data = buf_str(&b);
	rc = log_writer_add(w, &e, place);
	buf_fini(&b);
	return rc == -1 ? -1 : (int)place->verdict;
}

/* 0 when another process is refused and told who writes. */
static int
second_writer(const char *dir)
{
	pid_t parent = getpid(), child = fork();
	int status = 1;

	if (child == 0) {
		pid_t holder;

		_exit(log_writer_open(dir, &holder) != NULL || errno != EBUSY ||
		      holder != parent);
	}
	(void)waitpid(child, &status, 0);
	return status;
}

static int
count(struct log_reader *r, uint64_t *last)
{
	struct event e;
	int n = 0, k;

	while ((k = log_reader_next(r, &e)) == 1) {
		*last = e.seq;
		n++;
	}
	return k == 0 ? n : k;
}

static void
test_append(const char *dir)
{
	struct log_writer *w;
	struct log_place p;
	struct log_reader *r;
	struct log_subject s;
	struct event e;
	pid_t holder;
	uint64_t last = 0;

	OK((w = log_writer_open(dir, &holder)) != NULL);
	if (w == NULL)
		return;
	OK(log_writer_head(w) == 0);
	OK(add(w, "note/a", "id-1", EVENT_ANY, &p) == LOG_STAGED);
	OK(p.seq == 1 && p.version == 1);
	OK(add(w, "note/a", "id-1", EVENT_ANY, &p) == LOG_DUPLICATE);
	OK(p.seq == 1 && p.version == 1);
	OK(add(w, "note/b", NULL, 0, &p) == LOG_STAGED && p.seq == 2);
	OK(add(w, "note/b", NULL, 0, &p) == LOG_CONFLICT && p.version == 1);
	OK(add(w, "note/a", NULL, 1, &p) == LOG_STAGED && p.version == 2);
	OK(log_writer_staged(w) == 3);
	OK(log_writer_head(w) == 0);
	OK(log_writer_commit(w) == 0 && log_writer_head(w) == 3);
	OK(add(w, "note/a", "id-1", EVENT_ANY, &p) == LOG_DUPLICATE);
	OK(p.seq == 1 && p.version == 1);
	OK(log_writer_subject(w, STR("note/a"), &s) == 0 && s.version == 2);

	r = log_reader_open(log_writer_log(w), 0);
	OK(log_reader_next(r, &e) == 1 && e.seq == 1 && e.version == 1);
	OK(str_eqz(e.subject, "note/a") && str_eqz(e.id, "id-1"));
	OK(count(r, &last) == 2 && last == 3);
	OK(log_reader_next(r, &e) == 0);
	OK(add(w, "note/c", NULL, EVENT_ANY, &p) == LOG_STAGED);
	OK(log_reader_next(r, &e) == 0);
	OK(log_writer_commit(w) == 0);
	OK(log_reader_next(r, &e) == 1 && e.seq == 4);
	OK(log_reader_at(r, 2, &e) == 1 && e.seq == 2);
	OK(log_reader_at(r, 9, &e) == 0);
	log_reader_close(r);
	OK(second_writer(dir) == 0);
	log_writer_close(w);
}

static int
collect(void *arg, struct str subject, const struct log_subject *s)
{
	char *out = arg;
	size_t n = strlen(out);

	(void)snprintf(out + n, 512 - n, "%.*s=%" PRIu64 "@%" PRIu64 " ",
	    STRF(subject), s->version, s->seq);
	return 0;
}

/* The same answers from the index, from the tail, and from both. */
static void
test_index(const char *dir)
{
	struct log_writer *w;
	struct log_subject s;
	struct log_reader *r;
	struct log_place p;
	struct event e;
	pid_t holder;
	char all[512];

	OK((w = log_writer_open(dir, &holder)) != NULL);
	if (w == NULL)
		return;
	OK(log_writer_head(w) == 4);
	for (int round = 0; round < 3; round++) {
		struct log *l = log_writer_log(w);

		all[0] = '\0';
		OK(log_subjects(l, STR("note/"), collect, all) == 0);
		if (round < 2)
			OK(strcmp(all, "note/a=2@3 note/b=1@2 note/c=1@4 ") ==
			    0);
		else
			OK(strcmp(all, "note/a=2@3 note/aa=1@5 note/b=2@6 "
				       "note/c=1@4 ") == 0);
		OK(log_subject(l, STR("note/a"), &s) == 0 && s.version == 2 &&
		    s.seq == 3);
		OK(log_subject(l, STR("note"), &s) == 0 && s.version == 0);
		r = log_reader_open_subject(l, STR("note/b"), 1);
		OK(r != NULL && log_reader_next(r, &e) == 1 && e.seq == 2);
		OK(log_reader_next(r, &e) == (round == 2));
		log_reader_close(r);
		r = log_reader_open_subject(l, STR("note/a"), 2);
		OK(r != NULL && log_reader_next(r, &e) == 1 && e.seq == 3);
		OK(log_reader_next(r, &e) == 0);
		log_reader_close(r);
		if (round == 0)
			OK(log_writer_move(w) == 0);
		if (round == 1) {
			OK(add(w, "note/aa", NULL, 0, &p) == LOG_STAGED);
			OK(add(w, "note/b", NULL, 1, &p) == LOG_STAGED);
			OK(log_writer_commit(w) == 0);
		}
	}
	log_writer_close(w);
}

/* Thousands of subjects, many index steps, a reopening: nothing is lost. */
static void
test_many(const char *dir)
{
	enum { EVENTS = 50000, SUBJECTS = 1000 };
	struct log_writer *w;
	struct log_reader *r;
	struct log_place p;
	struct event e;
	pid_t holder;
	char subject[32];
	bool fine = true;
	uint64_t seq = 0, versions[SUBJECTS] = {0};

	w = log_writer_open(dir, &holder);
	for (int i = 0; i < EVENTS; i++) {
		(void)snprintf(
		    subject, sizeof(subject), "s/%d", i * 7 % SUBJECTS);
		fine =
		    fine && add(w, subject, NULL, EVENT_ANY, &p) == LOG_STAGED;
		if (i % 977 == 0 || i == EVENTS - 1)
			fine = fine && log_writer_commit(w) == 0;
		if (i == EVENTS / 2) {
			fine = fine && log_writer_commit(w) == 0;
			log_writer_close(w);
			w = log_writer_open(dir, &holder);
			fine = fine && w != NULL;
		}
	}
	OK(fine);
	OK(log_writer_head(w) == EVENTS);
	r = log_reader_open(log_writer_log(w), 1);
	while (log_reader_next(r, &e) == 1) {
		unsigned n = 0;

		fine = fine && e.seq == ++seq &&
		       sscanf(e.subject.p, "s/%u", &n) == 1 && n < SUBJECTS &&
		       e.version == ++versions[n];
	}
	OK(fine && seq == EVENTS);
	log_reader_close(r);
	r = log_reader_open_subject(log_writer_log(w), STR("s/7"), 1);
	OK(count(r, &seq) == EVENTS / SUBJECTS);
	log_reader_close(r);
	log_writer_close(w);
}

/* A flipped bit is found, told, and the blocks around it stay readable. */
static void
test_damage(const char *dir)
{
	struct log_writer *w;
	struct log_reader *r;
	struct log_place p;
	struct event e;
	struct log *l;
	pid_t holder;
	char path[128], page[4096];
	off_t at = -1;
	uint64_t last = 0;
	int fd;

	w = log_writer_open(dir, &holder);
	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 20; k++) {
			char id[32];

			(void)snprintf(id, sizeof(id), "needle-%d-%d", i, k);
			(void)add(w, "d/a", id, EVENT_ANY, &p);
		}
		(void)log_writer_commit(w);
	}
	(void)log_writer_move(w);
	log_writer_close(w);
	(void)snprintf(path, sizeof(path), "%s/data.mdb", dir);
	fd = open(path, O_RDWR);
	for (off_t o = 0; pread(fd, page, sizeof(page), o) > 0 && at == -1;
	     o += (off_t)sizeof(page)) {
		char *hit = memmem(page, sizeof(page), "needle-1-3", 10);

		if (hit != NULL)
			at = o + (hit - page);
	}
	OK(at != -1 && pwrite(fd, "N", 1, at) == 1);
	(void)close(fd);
	OK((l = log_open(dir)) != NULL);
	r = log_reader_open(l, 1);
	OK(log_reader_next(r, &e) == 1 && e.seq == 1);
	while (log_reader_next(r, &e) == 1)
		last = e.seq;
	OK(last == 20 && errno == EBADMSG && e.seq == 21);
	OK(log_reader_next(r, &e) == 1 && e.seq == 41);
	OK(count(r, &last) == 19 && last == 60);
	log_reader_seek(r, 30);
	OK(log_reader_next(r, &e) == -1 && e.seq == 21);
	OK(log_reader_next(r, &e) == 1 && e.seq == 41);
	log_reader_close(r);
	log_close(l);
}

/* Somebody rewrites a block, CRC and all: only the chain tells. */
static void
test_chain(const char *dir)
{
	struct log_writer *w;
	struct log_reader *r;
	struct log_place p;
	struct block k;
	struct event e;
	struct log *l;
	struct buf b;
	MDB_txn *txn;
	MDB_val key, value;
	uint64_t second = 2, last = 0;
	const char *why;
	pid_t holder;

	w = log_writer_open(dir, &holder);
	for (int i = 0; i < 3; i++) {
		(void)add(w, "d/a", NULL, EVENT_ANY, &p);
		(void)log_writer_commit(w);
	}
	(void)log_writer_move(w);
	log_writer_close(w);
	l = store_open(dir, true);
	buf_init(&b, BLOCK_MAX_BYTES);
	key = (MDB_val){sizeof(second), &second};
	OK(mdb_txn_begin(l->env, NULL, 0, &txn) == 0);
	OK(mdb_get(txn, l->blocks, &key, &value) == 0);
	OK(buf_put(&b, value.mv_data, value.mv_size) == 0);
	OK(block_open(&k, second, b.p, b.len, &why) == 0);
	b.p[b.len - 1] ^= 1;
	block_seal(&b, second, k.count, k.time_us, k.before);
	value = (MDB_val){b.len, b.p};
	OK(mdb_put(txn, l->blocks, &key, &value, 0) == 0);
	OK(mdb_txn_commit(txn) == 0);
	buf_fini(&b);
	log_close(l);
	l = log_open(dir);
	r = log_reader_open(l, 1);
	OK(count(r, &last) == 3 && last == 3);
	log_reader_check_chain(r);
	log_reader_seek(r, 1);
	OK(log_reader_next(r, &e) == 1 && log_reader_next(r, &e) == 1);
	OK(log_reader_next(r, &e) == -1 && errno == EBADMSG && e.seq == 3);
	OK(strstr(log_reader_why(r), "digest of the block before") != NULL);
	log_reader_close(r);
	log_close(l);

	/* A block that says it holds more than it does is no endless one. */
	l = store_open(dir, true);
	buf_init(&b, BLOCK_MAX_BYTES);
	OK(mdb_txn_begin(l->env, NULL, 0, &txn) == 0);
	OK(mdb_get(txn, l->blocks, &key, &value) == 0);
	OK(buf_put(&b, value.mv_data, value.mv_size) == 0);
	OK(block_open(&k, second, b.p, b.len, &why) == 0);
	block_seal(&b, second, k.count + 1, k.time_us, k.before);
	value = (MDB_val){b.len, b.p};
	OK(mdb_put(txn, l->blocks, &key, &value, 0) == 0);
	OK(mdb_txn_commit(txn) == 0);
	buf_fini(&b);
	log_close(l);
	l = log_open(dir);
	r = log_reader_open(l, 2);
	OK(log_reader_next(r, &e) == 1 && e.seq == 2);
	OK(log_reader_next(r, &e) == -1 && errno == EBADMSG && e.seq == 2);
	OK(log_reader_next(r, &e) == 1 && e.seq == 3);
	OK(log_reader_next(r, &e) == 0);
	log_reader_close(r);
	log_close(l);
}

int
main(void)
{
	char dir[64];

	tmp_make(dir);
	test_append(dir);
	test_index(dir);
	tmp_remove(dir);
	tmp_make(dir);
	test_many(dir);
	tmp_remove(dir);
	tmp_make(dir);
	test_damage(dir);
	tmp_remove(dir);
	tmp_make(dir);
	test_chain(dir);
	tmp_remove(dir);
	return tap_done();
}
