#include "source.h"
#include "conf.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>

static int
look(struct source *s)
{
	uint64_t head;

	if (s->log == NULL && (s->log = log_open(s->dir)) == NULL) {
		if (errno == ENOENT)
			return 0;
		err_sys("open the log in %s", s->dir);
		return -1;
	}
	if (log_head(s->log, &head) == 0 && head < s->after)
		err_warn("the log ends before the place to go on: is it "
			 "another log? position=%" PRIu64 " head=%" PRIu64,
		    s->after, head);
	return 1;
}

int
source_init(struct source *s)
{
	*s = (struct source){0};
	if (conf_path(s->dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return -1;
	}
	return look(s) == -1 ? -1 : 0;
}

void
source_fini(struct source *s)
{
	log_reader_close(s->reader);
	log_reader_close(s->other);
	log_close(s->log);
	*s = (struct source){0};
}

void
source_start(struct source *s, uint64_t after)
{
	s->after = after;
	if (s->log != NULL)
		(void)look(s);
	else
		err_info("waiting for a log in %s", s->dir);
}

static int
open_reader(struct source *s)
{
	int n;

	if (s->log == NULL && (n = look(s)) != 1)
		return n;
	if ((s->reader = log_reader_open(s->log, s->after + 1)) != NULL)
		return 1;
	err_sys("read the log");
	return -1;
}

int
source_next(struct source *s, struct event *e, struct str *raw)
{
	int n;

	s->end = false;
	if (s->reader == NULL && (n = open_reader(s)) != 1) {
		s->end = true;
		return n;
	}
	while ((n = log_reader_next(s->reader, e)) == -1) {
		if (errno != EBADMSG) {
			err_sys("read the log");
			return -1;
		}
		s->damaged++;
		err_warn("passed over a damaged block seq=%" PRIu64 ": %s",
		    e->seq, log_reader_why(s->reader));
	}
	s->end = n == 0;
	if (n == 1)
		*raw = log_reader_raw(s->reader);
	return n;
}

int
source_at(struct source *s, uint64_t seq, struct str *raw)
{
	struct event e;
	int n;

	if (s->log == NULL)
		return 0;
	if (s->other == NULL &&
	    (s->other = log_reader_open(s->log, seq)) == NULL) {
		err_sys("read the log");
		return -1;
	}
	if ((n = log_reader_at(s->other, seq, &e)) == 1)
		*raw = log_reader_raw(s->other);
	else if (n == -1 && errno == EBADMSG)
		n = 0;
	else if (n == -1)
		err_sys("read the log");
	return n;
}
