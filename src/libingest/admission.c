#include "admission.h"
#include "clock.h"
#include "err.h"
#include "journal.h"
#include "streamkey.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBJECT_SIZE = 5 + JOURNAL_CHANNEL_SIZE, PROTOCOL_SIZE = 17 };

enum step {
	STEP_KEY,     /* which channel the key opens is asked */
	STEP_CHANNEL, /* who has the channel is to make room, or goes on */
	STEP_LIVE,    /* the channel's last event is asked */
	STEP_STARTING /* BroadcastStarted is being appended */
};

struct admission {
	struct admissions *set;
	struct admission *next, **link;
	const struct admission_ops *ops; /* NULL: nobody waits any more */
	void *ctx;
	enum step step;
	bool asked; /* a request to the log is under way */
	uint64_t deadline_ms;
	unsigned tries;
	uint64_t contest_ms; /* since when the other encoder is looked at */
	unsigned looks;      /* how often it was */
	char channel[JOURNAL_CHANNEL_SIZE], id[UUID_TEXT_SIZE];
	char encoder[JOURNAL_ENCODER_SIZE], protocol[PROTOCOL_SIZE];

	/* The channel's last event, as the log tells it. */
	uint64_t version;
	bool open, ours; /* it leaves a broadcast open; an ingest began that */
	char open_id[UUID_TEXT_SIZE];
};

struct admissions {
	struct admissions_setup setup;
	struct admission *first;
};

static void ask_live(struct admission *a);

static struct journal_about
about(const struct admission *a)
{
	return (struct journal_about){
	    broadcasts_source(a->set->setup.broadcasts), a->channel, a->id};
}

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

struct admissions *
admissions_open(const struct admissions_setup *setup)
{
	struct admissions *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->setup = *setup;
	return set;
}

static void
destroy(struct admission *a)
{
	*a->link = a->next;
	if (a->next != NULL)
		a->next->link = a->link;
	free(a);
}

void
admissions_close(struct admissions *set)
{
	if (set == NULL)
		return;
	while (set->first != NULL)
		destroy(set->first);
	free(set);
}

size_t
admissions_count(const struct admissions *set)
{
	size_t n = 0;

	for (const struct admission *a = set->first; a != NULL; a = a->next)
		n += a->step == STEP_STARTING;
	return n;
}

/* Say no; what the log may still answer is awaited without the encoder. */
static void
refuse(struct admission *a, enum refusal refusal, const char *why)
{
	const struct admission_ops *ops = a->ops;
	void *ctx = a->ctx;
	char channel[JOURNAL_CHANNEL_SIZE];

	memcpy(channel, a->channel, sizeof(channel));
	a->ops = NULL;
	if (!a->asked)
		destroy(a);
	if (ops != NULL)
		ops->refused(ctx, refusal, channel, why);
}

static void
refuse_log(struct admission *a)
{
	refuse(a, REFUSAL_LOG, "the event log does not answer");
}

void
admission_cancel(struct admission *a)
{
	if (a == NULL)
		return;
	a->ops = NULL;
	if (!a->asked)
		destroy(a);
}

/* True when another admission is about to begin a broadcast of CHANNEL. */
static bool
contended(const struct admission *a)
{
	for (const struct admission *o = a->set->first; o != NULL; o = o->next)
		if (o != a && o->step > STEP_CHANNEL &&
		    strcmp(o->channel, a->channel) == 0)
			return true;
	return false;
}

/* The channel's broadcast B goes on with this encoder. */
static void
go_on(struct admission *a, struct broadcast *b)
{
	const struct admission_ops *ops = a->ops;
	void *ctx = a->ctx;

	destroy(a);
	ops->admitted(ctx, broadcast_channel(b), broadcast_id(b), b);
}

/*
 * True once the encoder that has B is half dead: it has been silent for long,
 * or does not answer.  What had come before we looked says nothing, and what
 * we were too slow to read is read between two looks.
 */
static bool
half_dead(struct admission *a, const struct broadcast *b, uint64_t now_ms)
{
	uint64_t heard_ms = broadcast_heard_ms(b);

	if (++a->looks < ADMISSION_LOOKS)
		return false;
	return now_ms >= heard_ms + ADMISSION_SILENT_MS ||
	       now_ms >=
		   a->contest_ms + a->set->setup.pace_ms + ADMISSION_ANSWER_MS;
}

/* Another encoder has B: by policy it goes on, or this one does. */
static void
contest(struct admission *a, struct broadcast *b)
{
	const struct admissions_setup *s = &a->set->setup;
	uint64_t now_ms = now();

	if (a->contest_ms == 0 && s->takeover == TAKEOVER_IDLE) {
		a->contest_ms = now_ms;
		broadcast_ping(b);
	}
	if (s->takeover == TAKEOVER_NEVER ||
	    (s->takeover == TAKEOVER_IDLE &&
		broadcast_heard_ms(b) >
		    a->contest_ms + s->pace_ms + ADMISSION_FRESH_MS)) {
		refuse(a, REFUSAL_BUSY, "the channel is live already");
	} else if (s->takeover == TAKEOVER_ALWAYS || half_dead(a, b, now_ms)) {
		broadcast_take_over(b);
		go_on(a, b);
	}
}

/* The key is good: go on once the channel is free, as far as we know. */
static void
try_channel(struct admission *a)
{
	const struct admissions_setup *s = &a->set->setup;
	struct broadcast *b = broadcasts_find(s->broadcasts, a->channel);

	if (b == NULL) {
		if (!contended(a) && !orphans_taking(s->orphans, a->channel))
			ask_live(a);
		return;
	}
	switch (broadcast_stage(b)) {
	case BROADCAST_LIVE:
		contest(a, b);
		break;
	case BROADCAST_INTERRUPTED:
		go_on(a, b);
		break;
	case BROADCAST_ENDING:
	default:
		break;
	}
}

static void
wait_for_channel(struct admission *a)
{
	a->step = STEP_CHANNEL;
	a->deadline_ms = now() + ADMISSION_CHANNEL_MS;
}

static void
on_key(void *arg, const struct event *e)
{
	struct admission *a = arg;
	struct StreamKeyAdded key;

	if (e != NULL) {
		if (e->type == EVENT_StreamKeyAdded &&
		    EVENT_GET(e, StreamKeyAdded, &key) == 0)
			(void)str_copy(
			    a->channel, sizeof(a->channel), key.channel);
		return;
	}
	a->asked = false;
	if (a->ops == NULL) {
		destroy(a);
		return;
	}
	/* The channel's name goes into paths and the environment. */
	if (!str_slug(str_from(a->channel), sizeof(a->channel) - 1)) {
		a->channel[0] = '\0';
		refuse(a, REFUSAL_KEY, "no channel has this stream key");
		return;
	}
	wait_for_channel(a);
	try_channel(a);
}

static void
on_started(void *arg, size_t index, const struct bus_result *result)
{
	struct admission *a = arg;
	char why[JOURNAL_REASON_SIZE];

	(void)index;
	a->asked = false;
	switch (result->status) {
	case BUS_STORED:
	case BUS_DUPLICATE:
		break;
	case BUS_CONFLICT:
		if (a->ops == NULL)
			destroy(a);
		else if (++a->tries < ADMISSION_TRIES)
			ask_live(a);
		else
			refuse(a, REFUSAL_BUSY, "the channel is contended");
		return;
	case BUS_REFUSED:
	case BUS_BUSY:
	default:
		(void)snprintf(why, sizeof(why), "the event log refused: %.*s",
		    STRF(result->why));
		refuse(a, REFUSAL_LOG, why);
		return;
	}
	if (a->ops != NULL) {
		const struct admission_ops *ops = a->ops;
		struct admission won = *a;

		destroy(a);
		ops->admitted(won.ctx, won.channel, won.id, NULL);
		return;
	}
	/* Too late: what was begun must not look live. */
	if (journal_ended(a->set->setup.bus, about(a),
		"the encoder left before it began", result->version, NULL,
		NULL) == -1)
		err_warn("the log was not told channel=%s: %s", a->channel,
		    strerror(errno));
	destroy(a);
}

static void
append_started(struct admission *a)
{
	a->step = STEP_STARTING;
	a->asked = uuid_v7(a->id) == 0 &&
		   journal_started(a->set->setup.bus, about(a), a->protocol,
		       a->encoder, a->version, on_started, a) == 0;
	if (!a->asked)
		refuse_log(a);
}

static void
on_live(void *arg, const struct event *e)
{
	struct admission *a = arg;

	if (e != NULL) {
		a->version = e->version;
		a->open = journal_is_open(e,
		    broadcasts_source(a->set->setup.broadcasts), a->open_id,
		    &a->ours);
		return;
	}
	a->asked = false;
	if (a->ops == NULL) {
		destroy(a);
	} else if (!a->open) {
		append_started(a);
	} else if (!a->ours) {
		refuse(a, REFUSAL_BUSY, "the channel is live by other means");
	} else {
		/* No broadcast of this process: one before us left it. */
		wait_for_channel(a);
		if (orphans_take(a->set->setup.orphans, a->channel, a->open_id,
			a->version) == -1)
			refuse_log(a);
	}
}

static void
ask_live(struct admission *a)
{
	char subject[SUBJECT_SIZE];

	(void)snprintf(subject, sizeof(subject), "live/%s", a->channel);
	a->step = STEP_LIVE;
	a->deadline_ms = now() + ADMISSION_LOG_MS;
	a->version = 0;
	a->open = false;
	a->asked = bus_last(a->set->setup.bus, str_from(subject), true,
		       (struct str){"", 0}, 1, on_live, a) == 0;
	if (!a->asked)
		refuse_log(a);
}

struct admission *
admission_open(struct admissions *set, const struct admission_wish *wish,
    const struct admission_ops *ops, void *ctx)
{
	char subject[STREAMKEY_SUBJECT_SIZE];
	struct admission *a;

	/* What ends broadcasts must not find the bus full of questions. */
	if (bus_unanswered(set->setup.bus) >= ADMISSION_UNANSWERED_MAX) {
		errno = EAGAIN;
		return NULL;
	}
	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	*a = (struct admission){.set = set,
	    .next = set->first,
	    .link = &set->first,
	    .ops = ops,
	    .ctx = ctx,
	    .deadline_ms = now() + ADMISSION_LOG_MS};
	if (streamkey_subject(subject, wish->key) == -1 ||
	    bus_last(set->setup.bus, str_from(subject), true,
		(struct str){"", 0}, 1, on_key, a) == -1) {
		free(a);
		return NULL;
	}
	a->asked = true;
	(void)snprintf(a->encoder, sizeof(a->encoder), "%s", wish->encoder);
	(void)snprintf(a->protocol, sizeof(a->protocol), "%s", wish->protocol);
	if (a->next != NULL)
		a->next->link = &a->next;
	set->first = a;
	return a;
}

void
admissions_tick(struct admissions *set, uint64_t now_ms)
{
	struct admission *a, *next;

	for (a = set->first; a != NULL; a = next) {
		next = a->next;
		if (a->ops == NULL)
			continue;
		if (now_ms < a->deadline_ms) {
			if (a->step == STEP_CHANNEL)
				try_channel(a);
		} else if (a->step == STEP_CHANNEL) {
			refuse(a, REFUSAL_BUSY,
			    "the broadcast before has not finished");
		} else {
			refuse_log(a);
		}
	}
}
