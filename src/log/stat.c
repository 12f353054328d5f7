#include "stat.h"
#include "clock.h"

#include <errno.h>
#include <string.h>

static const uint64_t span_us[TALLY_SPANS] = {
    [TALLY_HOUR] = UINT64_C(3600000000),
    [TALLY_DAY] = UINT64_C(86400000000),
};

struct finding {
	struct stat_report *report;
	struct log_reader *reader;
};

/* Note the type whose order stands last in its subject. */
static int
take_order(void *arg, struct str subject, const struct log_subject *at)
{
	static const struct str prefix = {"retention/", 10};
	struct finding *a = arg;
	struct stat_report *s = a->report;
	struct event e;
	int n = log_reader_at(a->reader, at->seq, &e);

	if (n == -1 && errno != EBADMSG)
		return -1;
	if (n != 1 || e.type != EVENT_RemovalOrdered ||
	    s->removals == READERS_MAX)
		return 0;
	if (str_copy(s->removal[s->removals], sizeof(s->removal[0]),
		(struct str){
		    subject.p + prefix.len, subject.len - prefix.len}) == 0)
		s->removals++;
	return 0;
}

static int
find_removals(struct stat_report *s, struct log *l)
{
	struct finding a = {s, log_reader_open(l, 1)};
	int rc, saved;

	if (a.reader == NULL)
		return -1;
	rc = log_subjects(l, STR("retention/"), take_order, &a);
	saved = errno;
	log_reader_close(a.reader);
	errno = saved;
	return rc;
}

int
stat_make(struct stat_report *s, struct log *l, const char *dir, bool quick)
{
	uint64_t since[TALLY_SPANS];

	memset(s, 0, sizeof(*s));
	s->dir = dir;
	s->now_us = clock_real_us();
	if (log_usage(l, &s->usage) == -1)
		return -1;
	for (size_t i = 0; i < TALLY_SPANS; i++) {
		if (log_seq_at(l, s->now_us - span_us[i], &since[i]) == -1)
			return -1;
		s->recent[i] = s->usage.head >= since[i]
				   ? s->usage.head - since[i] + 1
				   : 0;
	}
	if (readers_find(&s->readers, l, &s->usage) == -1 ||
	    find_removals(s, l) == -1)
		return -1;
	if (quick)
		return 0;
	s->counted = true;
	return tally_make(&s->tally, l, s->usage.head, since);
}

uint64_t
stat_lag(const struct stat_report *s, uint64_t position)
{
	return s->usage.head > position ? s->usage.head - position : 0;
}

uint64_t
stat_free(const struct stat_report *s)
{
	return s->usage.file_bytes > s->usage.used_bytes
		   ? s->usage.file_bytes - s->usage.used_bytes
		   : 0;
}

double
stat_rate(const struct stat_report *s, enum tally_span span)
{
	uint64_t age_us =
	    s->now_us > s->usage.first_us ? s->now_us - s->usage.first_us : 0;

	if (age_us < span_us[span])
		return (double)s->usage.head;
	return (double)s->usage.head * (double)span_us[span] / (double)age_us;
}
