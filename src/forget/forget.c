#include "forget.h"
#include "bus.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "log.h"
#include "uuid.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How many events SUBJECT has, and when the last one was; as far as we may. */
static void
tell_known(struct str subject)
{
	char dir[PATH_MAX], time[CLOCK_RFC3339_SIZE];
	struct log_subject at = {0};
	struct log_reader *r = NULL;
	struct log *l = NULL;
	struct event e;

	if (conf_path(dir, CONF_STATE, "log") == -1 ||
	    (l = log_open(dir)) == NULL || log_subject(l, subject, &at) == -1 ||
	    (r = log_reader_open(l, 1)) == NULL)
		fprintf(stderr, "The log cannot be read here.\n");
	else if (at.version == 0)
		fprintf(stderr,
		    "The log has no event of %.*s itself; check the name.\n",
		    STRF(subject));
	else if (log_reader_at(r, at.seq, &e) == 1) {
		clock_rfc3339(e.time_us, time);
		fprintf(stderr,
		    "%.*s has %" PRIu64 " event%s, the last one, %.*s, of "
		    "%s.\n",
		    STRF(subject), at.version, at.version == 1 ? "" : "s",
		    STRF(e.type_name), time);
	}
	log_reader_close(r);
	log_close(l);
}

int
forget_ask(struct str subject)
{
	char line[EVENT_MAX_SUBJECT + 2];

	if (!isatty(STDIN_FILENO)) {
		err_msg(
		    "there is no terminal to ask on; --yes forgets without");
		return -1;
	}
	tell_known(subject);
	fprintf(stderr,
	    "What is personal in what is said of it will be gone, for good.\n"
	    "Type %.*s to go on: ",
	    STRF(subject));
	if (fgets(line, sizeof(line), stdin) == NULL)
		return 0;
	line[strcspn(line, "\n")] = '\0';
	return str_eqz(subject, line);
}

static int
report(struct str subject, const struct bus_result *result, const char *why)
{
	switch (result->status) {
	case BUS_STORED:
		printf("forgot %.*s seq=%" PRIu64 "\n", STRF(subject),
		    result->seq);
		break;
	case BUS_DUPLICATE:
		printf("%.*s was forgotten before seq=%" PRIu64 "\n",
		    STRF(subject), result->seq);
		break;
	case BUS_CONFLICT:
	case BUS_REFUSED:
		err_msg("refused: %s", why);
		return EXIT_PERM;
	case BUS_BUSY:
		err_msg("weir-logd cannot do it just now: %s", why);
		return EXIT_TEMP;
	}
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}

int
forget(struct str subject, const char *reason, unsigned timeout_ms)
{
	const struct SubjectForgotten data = {
	    .reason = str_from(reason != NULL ? reason : "")};
	struct bus_client *bus = bus_client_open(BUS_APPEND);
	char id[UUID_TEXT_SIZE], why[256];
	struct bus_result result;
	struct event e;
	struct buf b;
	int rc = EXIT_TEMP;

	buf_init(&b, EVENT_MAX);
	if (bus == NULL ||
	    event_begin(
		&e, EVENT_SubjectForgotten, "weir-forget", subject, id) == -1 ||
	    EVENT_PUT(SubjectForgotten, &data, &b) == -1) {
		err_sys("connect to weir-logd in WEIR_RUN");
		goto out;
	}
	e.data = buf_str(&b);
	if (bus_append_wait(bus, &e, timeout_ms, &result, why, sizeof(why)) ==
	    0)
		rc = report(subject, &result, why);
	else if (errno == ETIMEDOUT)
		err_msg("weir-logd did not say that it is done: %.*s may be "
			"forgotten or not; say it again, which does no harm",
		    STRF(subject));
	else
		err_sys("forget %.*s", STRF(subject));
out:
	buf_fini(&b);
	bus_client_close(bus);
	return rc;
}
