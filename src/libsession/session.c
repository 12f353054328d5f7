#include "session.h"
#include "conf.h"
#include "err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { ANSWER_DEADLINE_MS = 5000 };

int
session_open(struct session *s, const char *source)
{
	char dir[PATH_MAX];

	*s = (struct session){.source = source};
	if (conf_path(dir, CONF_STATE, "log") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if ((s->log = log_open(dir)) == NULL && errno != ENOENT) {
		err_sys("open the log in %s", dir);
		return EXIT_TEMP;
	}
	if ((s->log != NULL &&
		(s->reader = log_reader_open(s->log, 1)) == NULL) ||
	    (s->bus = bus_client_open(BUS_APPEND)) == NULL) {
		err_sys("connect to weir-logd in WEIR_RUN");
		session_close(s);
		return EXIT_TEMP;
	}
	return 0;
}

void
session_close(struct session *s)
{
	bus_client_close(s->bus);
	log_reader_close(s->reader);
	log_close(s->log);
}

int
session_last(struct session *s, struct str subject, struct event *e)
{
	struct log_subject at;
	int n;

	if (s->log == NULL)
		return 0;
	if (log_subject(s->log, subject, &at) == -1) {
		err_sys("look %.*s up", STRF(subject));
		return -1;
	}
	if (at.version == 0)
		return 0;
	if ((n = log_reader_at(s->reader, at.seq, e)) != 1)
		err_msg("the event at seq %" PRIu64 " cannot be read", at.seq);
	return n == 1 ? 1 : -1;
}

int
session_append(struct session *s, enum event_type type, struct str subject,
    const void *data, uint64_t expect, bool *conflict)
{
	struct bus_result result;
	struct event e;
	struct buf b;
	char id[64], why[256];
	int rc = EXIT_TEMP;

	buf_init(&b, EVENT_MAX);
	if (event_begin(&e, type, s->source, subject, id) == -1 ||
	    event_put(type, data, &b) == -1) {
		err_sys("encode an event");
		goto out;
	}
	e.expect = expect;
	e.data = buf_str(&b);
	if (bus_append_wait(s->bus, &e, ANSWER_DEADLINE_MS, &result, why,
		sizeof(why)) == -1) {
		if (errno == ETIMEDOUT)
			err_msg("weir-logd does not answer; does it run on "
				"this WEIR_RUN? (weir up)");
		else
			err_sys("append");
		goto out;
	}
	switch (result.status) {
	case BUS_STORED:
	case BUS_DUPLICATE:
		rc = 0;
		break;
	case BUS_CONFLICT:
		if (conflict != NULL) {
			*conflict = true;
			rc = 0;
			break;
		}
		err_msg("somebody else changed %.*s just now; try again",
		    STRF(subject));
		break;
	case BUS_REFUSED:
		err_msg("refused: %s", why);
		rc = EXIT_PERM;
		break;
	case BUS_BUSY:
		err_msg("weir-logd cannot store anything just now: %s", why);
		break;
	}
out:
	buf_fini(&b);
	return rc;
}
