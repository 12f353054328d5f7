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

enum { SUBJECT_SIZE = 5 + JOURNAL_CHANNEL_SIZE };

enum step {
	STEP_KEY,     /* which channel the key opens is asked */
	STEP_CHANNEL, /* the broadcast before is still finishing */
	STEP_LIVE,    /* the channel's last event is asked */
	STEP_ENDING,  /* a broadcast left open is being ended */
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
	char channel[JOURNAL_CHANNEL_SIZE], id[UUID_TEXT_SIZE];
	char encoder[SESSION_NAME_SIZE];

	/* The channel's last event, as the log tells it. */
	uint64_t version;
	bool open, ours; /* it leaves a broadcast open; we began that */
	char open_id[UUID_TEXT_SIZE];
};

struct admissions {
	struct bus_client *bus;
	struct broadcasts *broadcasts;
	struct admission *first;
	struct buf open; /* struct left, found by the sweep */
};

/* A broadcast that an earlier process left open. */
struct left {
	char channel[JOURNAL_CHANNEL_SIZE], id[UUID_TEXT_SIZE];
	uint64_t version;
};

static const char restarted[] = "the ingest was restarted";

static void ask_live(struct admission *a);

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

struct admissions *
admissions_open(struct bus_client *bus, struct broadcasts *broadcasts)
{
	struct admissions *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->bus = bus;
	set->broadcasts = broadcasts;
	buf_init(&set->open, 1024 * sizeof(struct left));
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
	buf_fini(&set->open);
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

/* The key is good: go on once the channel is free, as far as we know. */
static void
try_channel(struct admission *a)
{
	switch (broadcasts_stage(a->set->broadcasts, a->channel)) {
	case BROADCAST_LIVE:
		refuse(a, REFUSAL_BUSY, "the channel is live already");
		return;
	case BROADCAST_ENDING:
		return;
	case BROADCAST_NONE:
	default:
		break;
	}
	if (!contended(a))
		ask_live(a);
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
	a->step = STEP_CHANNEL;
	a->deadline_ms = now() + ADMISSION_CHANNEL_MS;
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
		ops->admitted(won.ctx, won.channel, won.id);
		return;
	}
	/* Too late: what was begun must not look live. */
	if (journal_ended(a->set->bus,
		(struct journal_about){a->channel, a->id},
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
		   journal_started(a->set->bus,
		       (struct journal_about){a->channel, a->id}, a->encoder,
		       a->version, on_started, a) == 0;
	if (!a->asked)
		refuse_log(a);
}

static void
on_ended(void *arg, size_t index, const struct bus_result *result)
{
	struct admission *a = arg;

	(void)index;
	a->asked = false;
	if (a->ops == NULL) {
		destroy(a);
	} else if (result->status == BUS_STORED ||
		   result->status == BUS_DUPLICATE) {
		a->version = result->version;
		append_started(a);
	} else if (result->status == BUS_CONFLICT &&
		   ++a->tries < ADMISSION_TRIES) {
		ask_live(a);
	} else {
		refuse_log(a);
	}
}

static void
on_live(void *arg, const struct event *e)
{
	struct admission *a = arg;

	if (e != NULL) {
		a->version = e->version;
		a->open = journal_is_open(e, a->open_id, &a->ours);
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
		a->step = STEP_ENDING;
		a->asked = journal_ended(a->set->bus,
			       (struct journal_about){a->channel, a->open_id},
			       restarted, a->version, on_ended, a) == 0;
		if (!a->asked)
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
	a->asked = bus_last(a->set->bus, str_from(subject), true,
		       (struct str){"", 0}, 1, on_live, a) == 0;
	if (!a->asked)
		refuse_log(a);
}

struct admission *
admission_open(struct admissions *set, struct str key, const char *encoder,
    const struct admission_ops *ops, void *ctx)
{
	char subject[STREAMKEY_SUBJECT_SIZE];
	struct admission *a;

	/* What ends broadcasts must not find the bus full of questions. */
	if (bus_unanswered(set->bus) >= ADMISSION_UNANSWERED_MAX) {
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
	if (streamkey_subject(subject, key) == -1 ||
	    bus_last(set->bus, str_from(subject), true, (struct str){"", 0}, 1,
		on_key, a) == -1) {
		free(a);
		return NULL;
	}
	a->asked = true;
	(void)snprintf(a->encoder, sizeof(a->encoder), "%s", encoder);
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

/* What was left open is told to the log once all of it is known. */
static void
on_swept(void *arg, const struct event *e)
{
	struct admissions *set = arg;
	struct left left = {.version = 0};
	struct str channel;
	bool ours = false;

	if (e != NULL) {
		channel = (struct str){e->subject.p + 5, e->subject.len - 5};
		left.version = e->version;
		if (journal_is_open(e, left.id, &ours) && ours &&
		    str_copy(left.channel, sizeof(left.channel), channel) == 0)
			(void)buf_put(&set->open, &left, sizeof(left));
		return;
	}
	for (size_t at = 0; at < set->open.len; at += sizeof(left)) {
		memcpy(&left, set->open.p + at, sizeof(left));
		err_info("broadcast ended channel=%s broadcast=%s "
			 "reason=\"%s\"",
		    left.channel, left.id, restarted);
		if (journal_ended(set->bus,
			(struct journal_about){left.channel, left.id},
			restarted, left.version, NULL, NULL) == -1)
			err_warn("the log was not told channel=%s: %s",
			    left.channel, strerror(errno));
	}
	buf_fini(&set->open);
}

int
admissions_sweep(struct admissions *set)
{
	return bus_last(set->bus, STR("live/"), false, (struct str){"", 0},
	    1024, on_swept, set);
}
