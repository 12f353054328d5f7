#include "clip.h"
#include "buf.h"
#include "clip_state.h"
#include "clipid.h"
#include "err.h"
#include "num.h"
#include "session.h"
#include "stock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MICRO = 1000000, DECIMALS = 6, MAX_S = 1000000000, MAX_TRIES = 8 };

static const struct str prefix = {"recording/", 10};

/* S, decimal seconds, into *US.  0, or -1 after reporting. */
static int
parse_seconds(const char *s, uint64_t *us)
{
	const char *dot = strchrnul(s, '.');
	char whole[24], part[DECIMALS + 1] = "000000";
	size_t n = *dot == '.' ? strlen(dot + 1) : 0;
	uint64_t seconds, micros;

	if (n <= DECIMALS && (*dot == '\0' || n > 0) &&
	    str_copy(whole, sizeof(whole),
		(struct str){s, (size_t)(dot - s)}) == 0 &&
	    num_parse(whole, 0, MAX_S, &seconds) == 0) {
		if (n > 0)
			memcpy(part, dot + 1, n);
		if (num_parse(part, 0, MICRO - 1, &micros) == 0) {
			*us = seconds * MICRO + micros;
			return 0;
		}
	}
	err_msg("%s: want seconds, for instance 90 or 12.5", s);
	return -1;
}

/* The track whose timeline is the broadcast's. */
static const struct medium *
lead_of(const struct stock *r)
{
	for (size_t i = 0; i < r->tracks; i++)
		if (r->track[i].video && r->track[i].n > 0)
			return &r->track[i];
	return r->tracks > 0 && r->track[0].n > 0 ? &r->track[0] : NULL;
}

/* Is all of what is from FROM_US to TO_US there?  0, or -1 after reporting. */
static int
check_range(const struct stock *r, const char *broadcast, uint64_t from_us,
    uint64_t to_us)
{
	const struct medium *t = lead_of(r);

	if (r->removed_us != 0 || t == NULL) {
		err_msg("there is no recording %s", broadcast);
		return -1;
	}
	if (to_us > t->at_us) {
		err_msg("%s is %" PRIu64 " s long as yet", broadcast,
		    t->at_us / MICRO);
		return -1;
	}
	for (size_t i = 0; i < r->tracks; i++)
		for (size_t j = 0; j < r->track[i].n; j++) {
			const struct piece *p = &r->track[i].piece[j];

			if (p->removed_us == 0 || p->at_us >= to_us ||
			    p->at_us + p->duration_us <= from_us)
				continue;
			err_msg("some of that was removed from %s", broadcast);
			return -1;
		}
	return 0;
}

/* The channel of BROADCAST: "live/<channel>" has its start. */
struct owner {
	struct session *session;
	const char *broadcast;
	char channel[STOCK_TRACK_SIZE];
};

static int
look_for_owner(void *arg, struct str subject, const struct log_subject *at)
{
	struct owner *o = arg;
	struct log_reader *r =
	    log_reader_open_subject(o->session->log, subject, 1);
	struct BroadcastStarted s;
	struct event e;
	int n = -1;

	(void)at;
	while (r != NULL && (n = log_reader_next(r, &e)) == 1)
		if (e.type == EVENT_BroadcastStarted &&
		    EVENT_GET(&e, BroadcastStarted, &s) == 0 &&
		    str_eqz(s.broadcast, o->broadcast) &&
		    str_copy(o->channel, sizeof(o->channel), s.channel) == 0)
			break;
	log_reader_close(r);
	return n;
}

/* Say C at the version of its recording that still has it all. */
static int
say(struct session *s, const struct ClipCreated *c, const char *broadcast)
{
	char subject[EVENT_MAX_SUBJECT + 1];

	(void)snprintf(subject, sizeof(subject), "recording/%s", broadcast);
	for (int i = 0; i < MAX_TRIES; i++) {
		bool conflict = false;
		struct stock stock;
		int rc;

		if (stock_fold(&stock, s->log, broadcast) == -1) {
			err_sys("read the log");
			return EXIT_TEMP;
		}
		rc = check_range(&stock, broadcast, c->from_us, c->to_us) == -1
			 ? EXIT_PERM
			 : session_append(s, EVENT_ClipCreated,
			       str_from(subject), c, stock.version, &conflict);
		stock_fini(&stock);
		if (rc != 0 || !conflict)
			return rc;
	}
	err_msg("%s changes all the time; try again", broadcast);
	return EXIT_TEMP;
}

static int
add(struct session *s, struct ClipCreated *c, const char *broadcast)
{
	struct owner o = {.session = s, .broadcast = broadcast};
	int n = s->log != NULL
		    ? log_subjects(s->log, STR("live/"), look_for_owner, &o)
		    : 0;

	if (n == -1) {
		err_sys("read the log");
		return EXIT_TEMP;
	}
	if (n == 0) {
		err_msg("there is no broadcast %s", broadcast);
		return EXIT_PERM;
	}
	c->channel = str_from(o.channel);
	return say(s, c, broadcast);
}

int
clip_add(
    const char *broadcast, const char *from, const char *to, const char *title)
{
	struct ClipCreated c = {
	    .title = str_from(title), .by = STR("operator")};
	char id[CLIPID_SIZE];
	struct session s;
	int rc;

	if (parse_seconds(from, &c.from_us) == -1 ||
	    parse_seconds(to, &c.to_us) == -1)
		return EXIT_PERM;
	if (c.from_us >= c.to_us) {
		err_msg("a clip ends after it begins");
		return EXIT_PERM;
	}
	if (!str_slug(str_from(broadcast), STOCK_TRACK_SIZE - 1)) {
		err_msg("'%s' is no broadcast's id", broadcast);
		return EXIT_PERM;
	}
	if (clipid_make(id, (struct str){NULL, 0}) == -1) {
		err_msg("no random bytes for an id");
		return EXIT_TEMP;
	}
	c.clip = str_from(id);
	if ((rc = session_open(&s, "weir-clip")) != 0)
		return rc;
	if ((rc = add(&s, &c, broadcast)) == 0)
		printf("%s\n", id);
	session_close(&s);
	return rc;
}

/* The clips of one recording, as its events tell. */
struct listing {
	struct session *session;
	const char *channel, *only; /* NULL: any */
	struct clip_state *clip;    /* N of them */
	size_t n, cap;
};

static int
created(struct listing *l, const struct event *e)
{
	struct clip_state *p;
	struct ClipCreated c;

	if (EVENT_GET(e, ClipCreated, &c) == -1 ||
	    (l->channel != NULL && !str_eqz(c.channel, l->channel)) ||
	    (l->only != NULL && !str_eqz(c.clip, l->only)))
		return 0;
	if (l->n == l->cap) {
		size_t cap = l->cap > 0 ? 2 * l->cap : 64;

		if ((p = reallocarray(l->clip, cap, sizeof(*p))) == NULL)
			return -1;
		l->clip = p;
		l->cap = cap;
	}
	p = &l->clip[l->n++];
	*p = (struct clip_state){
	    .from_us = c.from_us, .to_us = c.to_us, .created_us = e->time_us};
	if (str_copy(p->clip, sizeof(p->clip), c.clip) == -1 ||
	    str_copy(p->channel, sizeof(p->channel), c.channel) == -1 ||
	    str_copy(p->title, sizeof(p->title), c.title) == -1 ||
	    str_copy(p->broadcast, sizeof(p->broadcast),
		(struct str){e->subject.p + prefix.len,
		    e->subject.len - prefix.len}) == -1)
		l->n--;
	return 0;
}

static void
removed(struct listing *l, const struct event *e)
{
	struct ClipRemoved c;

	if (EVENT_GET(e, ClipRemoved, &c) == -1)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (str_eqz(c.clip, l->clip[i].clip)) {
			l->clip[i] = l->clip[--l->n];
			return;
		}
}

static int
list_recording(void *arg, struct str subject, const struct log_subject *at)
{
	struct listing *l = arg;
	struct log_reader *r =
	    log_reader_open_subject(l->session->log, subject, 1);
	struct event e;
	int n = -1;

	(void)at;
	while (r != NULL && (n = log_reader_next(r, &e)) == 1) {
		if (e.type == EVENT_ClipCreated && created(l, &e) == -1) {
			n = -1;
			break;
		}
		if (e.type == EVENT_ClipRemoved)
			removed(l, &e);
	}
	log_reader_close(r);
	return n;
}

/* All clips that L asks for.  0, or an exit code after reporting. */
static int
collect(struct listing *l)
{
	if (l->session->log == NULL ||
	    log_subjects(l->session->log, prefix, list_recording, l) == 0)
		return 0;
	err_sys("read the log");
	return EXIT_TEMP;
}

static int
by_time(const void *ap, const void *bp)
{
	const struct clip_state *a = ap, *b = bp;

	if (a->created_us != b->created_us)
		return a->created_us < b->created_us ? -1 : 1;
	return strcmp(a->clip, b->clip);
}

static void
print(const struct clip_state *c, bool json)
{
	struct buf b;

	if (!json) {
		printf("%s %s %s %.3f %.3f %s\n", c->clip, c->channel,
		    c->broadcast, (double)c->from_us / MICRO,
		    (double)c->to_us / MICRO, c->title);
		return;
	}
	buf_init(&b, 1 << 20);
	if (clip_state_json(c, &b) == 0)
		printf("%.*s\n", STRF(buf_str(&b)));
	buf_fini(&b);
}

int
clip_list(const char *channel, bool json)
{
	struct session s;
	struct listing l = {.session = &s, .channel = channel};
	int rc;

	if ((rc = session_open(&s, "weir-clip")) != 0)
		return rc;
	if ((rc = collect(&l)) == 0 && l.n > 0)
		qsort(l.clip, l.n, sizeof(*l.clip), by_time);
	for (size_t i = 0; rc == 0 && i < l.n; i++)
		print(&l.clip[i], json);
	free(l.clip);
	session_close(&s);
	return rc;
}

int
clip_remove(const char *id, const char *reason)
{
	const struct ClipRemoved data = {
	    .clip = str_from(id), .reason = str_from(reason)};
	char subject[EVENT_MAX_SUBJECT + 1];
	struct session s;
	struct listing l = {.session = &s, .only = id};
	int rc;

	if ((rc = session_open(&s, "weir-clip")) != 0)
		return rc;
	if ((rc = collect(&l)) == 0 && l.n == 0) {
		err_msg("there is no clip %s", id);
		rc = EXIT_PERM;
	}
	if (rc == 0) {
		(void)snprintf(subject, sizeof(subject), "recording/%s",
		    l.clip[0].broadcast);
		rc = session_append(&s, EVENT_ClipRemoved, str_from(subject),
		    &data, EVENT_ANY, NULL);
	}
	free(l.clip);
	session_close(&s);
	return rc;
}
