#include "cat.h"
#include "bus.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "log.h"
#include "mp.h"
#include "print.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* How long a follower sleeps when nothing wakes it; the bus is a hint. */
enum { LOOK_AGAIN_MS = 100 };

struct run {
	const struct cat *cat;
	uint64_t from, until; /* seqs */
	struct print *print;
	uint64_t printed, deadline_us;
	bool damaged, ended;
};

static bool
full(const struct run *r)
{
	if (r->ended)
		return true;
	return r->cat->count > 0 && r->printed == r->cat->count;
}

/* What the operand TEXT of --NAME means in L.  0, or -1 after reporting. */
static int
resolve(
    struct log *l, const char *name, const char *text, bool last, uint64_t *seq)
{
	if (log_seq_meant(l, text, last, seq) == 0)
		return 0;
	if (errno == EINVAL)
		err_msg("--%s %s: want a seq, a date-time like "
			"2026-11-20T12:00:00Z, or now",
		    name, text);
	else if (errno == ENOTSUP)
		err_msg(
		    "--%s %s: in a file only a seq can be found", name, text);
	else
		err_sys("look --%s up in the log", name);
	return -1;
}

/* Where to begin and to end. */
static int
resolve_range(struct run *r, struct log *l)
{
	r->from = 1;
	r->until = UINT64_MAX;
	if (r->cat->from != NULL &&
	    resolve(l, "from", r->cat->from, false, &r->from) == -1)
		return -1;
	if (r->cat->until != NULL &&
	    resolve(l, "until", r->cat->until, true, &r->until) == -1)
		return -1;
	return 0;
}

static int
emit(struct run *r, const struct event *e, struct str raw)
{
	if (!filter_match(&r->cat->filter, e))
		return 0;
	if (print_event(r->print, e, raw) == -1) {
		err_sys("print the event at seq %" PRIu64, e->seq);
		return -1;
	}
	r->printed++;
	return 0;
}

/* Everything that the log holds by now.  An exit code, or -1 to go on. */
static int
drain(struct run *r, struct log_reader *reader)
{
	struct event e;
	int n;

	while (!full(r)) {
		if ((n = log_reader_next(reader, &e)) == 0)
			break;
		if (e.seq > r->until) {
			r->ended = true;
			break;
		}
		if (n == 1) {
			if (emit(r, &e, log_reader_raw(reader)) == -1)
				return EXIT_TEMP;
			continue;
		}
		if (errno != EBADMSG) {
			err_sys("read the log");
			return EXIT_TEMP;
		}
		err_msg("the block at seq %" PRIu64 " is damaged: %s", e.seq,
		    log_reader_why(reader));
		r->damaged = true;
	}
	return -1;
}

/* A transient event is only on the bus; it follows what its seq says. */
static int
hear(struct run *r, struct log_reader *reader, struct bus_sub *sub)
{
	struct event e;
	struct buf b;
	int n = bus_sub_next(sub, LOOK_AGAIN_MS, &e), rc;
	const struct schema *s = n == 1 ? schema_of(e.type) : NULL;

	if (s == NULL || s->kept != EVENT_TRANSIENT)
		return -1;
	if ((rc = drain(r, reader)) != -1 || full(r))
		return rc;
	buf_init(&b, EVENT_MAX);
	rc = event_encode(&e, &b) == -1 || emit(r, &e, buf_str(&b)) == -1
		 ? EXIT_TEMP
		 : -1;
	buf_fini(&b);
	return rc;
}

static int
follow(struct run *r, struct log_reader *reader, struct bus_sub *sub)
{
	int rc;

	for (;;) {
		if ((rc = drain(r, reader)) != -1)
			return rc;
		if (fflush(stdout) != 0) {
			err_sys("write");
			return EXIT_TEMP;
		}
		if (full(r) || !r->cat->follow)
			return r->damaged ? EXIT_PERM : EXIT_OK;
		if (r->deadline_us > 0 && clock_mono_us() >= r->deadline_us) {
			err_msg("%" PRIu64 " of %" PRIu64
				" events came in %" PRIu64 " s",
			    r->printed, r->cat->count, r->cat->timeout_s);
			return 1;
		}
		if ((rc = hear(r, reader, sub)) != -1)
			return rc;
	}
}

/* Open the log, waiting for it to be made when following. */
static struct log *
open_log(const struct run *r)
{
	char dir[PATH_MAX];
	struct log *l;

	if (conf_path(dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return NULL;
	}
	while ((l = log_open(dir)) == NULL) {
		const struct timespec wait = {0, LOOK_AGAIN_MS * 1000000};

		if (errno != ENOENT) {
			err_sys("open the log in %s", dir);
			return NULL;
		}
		if (!r->cat->follow ||
		    (r->deadline_us > 0 && clock_mono_us() >= r->deadline_us)) {
			err_msg("there is no log in %s (WEIR_STATE); "
				"weir-logd makes it",
			    dir);
			return NULL;
		}
		(void)nanosleep(&wait, NULL);
	}
	return l;
}

static struct print *
open_print(const struct cat *c)
{
	char keys[PATH_MAX];

	return conf_path(keys, CONF_STATE, "keys") == 0
		   ? print_open(stdout, c->json, keys)
		   : NULL;
}

int
cat_log(const struct cat *c)
{
	struct run r = {.cat = c};
	struct bus_sub *sub = NULL;
	struct log_reader *reader;
	struct log *l;
	int rc = EXIT_TEMP;

	if (c->timeout_s > 0)
		r.deadline_us = clock_mono_us() + c->timeout_s * 1000000;
	if ((r.print = open_print(c)) == NULL ||
	    (c->follow && (sub = bus_sub_open(c->filter.type->item,
			       c->filter.type->len)) == NULL)) {
		err_sys("start");
		goto out;
	}
	if ((l = open_log(&r)) == NULL)
		goto out;
	if (resolve_range(&r, l) == -1) {
		rc = EXIT_PERM;
		goto out_log;
	}
	if ((reader = log_reader_open(l, r.from)) == NULL) {
		err_sys("read the log");
		goto out_log;
	}
	rc = follow(&r, reader, sub);
	log_reader_close(reader);
out_log:
	log_close(l);
out:
	bus_sub_close(sub);
	print_close(r.print);
	return rc;
}

/* Print the whole events at the start of B.  An exit code, or -1. */
static int
take(struct run *r, struct buf *b, uint64_t *place)
{
	struct event e;
	const char *why;
	ptrdiff_t n = 1;
	size_t at = 0;

	while (!full(r) && (n = mp_size(b->p + at, b->len - at)) > 0) {
		if (event_decode(&e, b->p + at, (size_t)n, &why) == -1) {
			err_msg("event at byte %" PRIu64 ": %s", *place, why);
			return EXIT_PERM;
		}
		if ((e.seq >= r->from && e.seq <= r->until) || e.seq == 0)
			if (emit(r, &e,
				(struct str){(char *)b->p + at, (size_t)n}) ==
			    -1)
				return EXIT_TEMP;
		at += (size_t)n;
		*place += (uint64_t)n;
	}
	if (n == -1) {
		err_msg("byte %" PRIu64 ": not msgpack", *place);
		return EXIT_PERM;
	}
	buf_consume(b, at);
	return -1;
}

int
cat_file(const struct cat *c, const char *file)
{
	enum { STEP = 65536 };
	struct run r = {.cat = c};
	uint64_t place = 0;
	struct buf b;
	int fd = STDIN_FILENO, rc = -1;

	buf_init(&b, EVENT_MAX + STEP);
	if ((r.print = open_print(c)) == NULL ||
	    (strcmp(file, "-") != 0 &&
		(fd = open(file, O_RDONLY | O_CLOEXEC)) == -1)) {
		err_sys("open %s", file);
		rc = EXIT_PERM;
	}
	if (rc == -1 && resolve_range(&r, NULL) == -1)
		rc = EXIT_PERM;
	while (rc == -1 && !full(&r)) {
		ssize_t k;

		if (buf_reserve(&b, STEP) == -1) {
			err_msg("byte %" PRIu64 ": longer than an event may be",
			    place);
			rc = EXIT_PERM;
			break;
		}
		if ((k = read(fd, b.p + b.len, STEP)) == -1) {
			err_sys("read %s", file);
			rc = EXIT_TEMP;
		} else if (k == 0) {
			if (b.len > 0)
				err_msg("byte %" PRIu64 ": ends within an "
					"event",
				    place);
			rc = b.len > 0 ? EXIT_PERM : EXIT_OK;
		} else {
			b.len += (size_t)k;
			rc = take(&r, &b, &place);
			if (rc == -1 && fflush(stdout) != 0) {
				err_sys("write");
				rc = EXIT_TEMP;
			}
		}
	}
	buf_fini(&b);
	print_close(r.print);
	if (fflush(stdout) != 0 && rc == EXIT_OK)
		rc = EXIT_TEMP;
	return rc == -1 ? EXIT_OK : rc;
}
