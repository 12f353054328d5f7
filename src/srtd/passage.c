#include "passage.h"
#include "bus.h"
#include "clock.h"
#include "gate.h"
#include "journal.h"
#include "streamkey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct passage {
	struct bus_client *bus;
	const char *source;
	/* How long may be waited now; it grows with time. */
	uint64_t budget_us, counted_us;
};

/* One handshake's questions. */
struct question {
	struct passage *passage;
	struct passage_answer *answer;
	uint64_t deadline_us;
	bool sealed; /* there is a passphrase that could not be read */
};

enum { BUDGET_MAX_US = GATE_ASK_MS * 1000, BUDGET_MIN_US = 20000 };

struct passage *
passage_open(const char *source)
{
	struct passage *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->source = source;
	if ((p->bus = bus_client_open(BUS_MEDIA)) == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

void
passage_close(struct passage *p)
{
	if (p == NULL)
		return;
	bus_client_close(p->bus);
	free(p);
}

void
passage_wipe(struct passage_answer *a)
{
	explicit_bzero(a->secret, sizeof(a->secret));
}

/*
 * Ask for the last event of SUBJECT; FN hears it, if there is one.  0, or -1
 * when there was no answer in time.
 */
static int
ask(struct question *q, const char *subject, bus_last_fn *fn)
{
	uint64_t now_us = clock_mono_us();

	if (now_us >= q->deadline_us)
		return -1;
	return bus_last_wait(q->passage->bus, str_from(subject),
	    (unsigned)((q->deadline_us - now_us) / 1000 + 1), fn, q);
}

static int
ask_about(struct question *q, const char *what, bus_last_fn *fn)
{
	char subject[16 + ROSTER_CHANNEL_SIZE];

	(void)snprintf(
	    subject, sizeof(subject), "%s/%s", what, q->answer->channel);
	return ask(q, subject, fn);
}

static void
on_key(void *arg, const struct event *e)
{
	struct question *q = arg;
	struct StreamKeyAdded key;

	/* The channel's name goes into paths and the environment. */
	if (e->type == EVENT_StreamKeyAdded &&
	    EVENT_GET(e, StreamKeyAdded, &key) == 0 &&
	    str_slug(key.channel, sizeof(q->answer->channel) - 1))
		(void)str_copy(q->answer->channel, sizeof(q->answer->channel),
		    key.channel);
}

static void
on_secret(void *arg, const struct event *e)
{
	struct question *q = arg;
	struct ChannelPassphraseSet set;
	struct str text;

	if (e->type != EVENT_ChannelPassphraseSet ||
	    EVENT_GET(e, ChannelPassphraseSet, &set) == -1) {
		q->sealed = true;
		return;
	}
	if (set.off)
		return;
	q->sealed =
	    !personal_text(&set.passphrase, &text) ||
	    text.len < PASSPHRASE_MIN_BYTES ||
	    str_copy(q->answer->secret, sizeof(q->answer->secret), text) == -1;
}

static void
on_live(void *arg, const struct event *e)
{
	struct question *q = arg;
	char id[UUID_TEXT_SIZE];

	q->answer->open =
	    journal_is_open(e, q->passage->source, id, &q->answer->ours);
}

/* Which of the keys of ID opens a channel.  1, 0 for none, -1 no answer. */
static int
find_key(struct question *q, const struct streamid *id)
{
	char subject[STREAMKEY_SUBJECT_SIZE];

	for (size_t i = 0; i < id->keys; i++) {
		if (id->key[i].len > STREAMKEY_MAX_BYTES)
			continue;
		if (streamkey_subject(subject, id->key[i]) == -1 ||
		    ask(q, subject, on_key) == -1)
			return -1;
		if (q->answer->channel[0] != '\0') {
			q->answer->key = id->key[i];
			return 1;
		}
	}
	return 0;
}

/* What the log says of the keys of ID into Q's answer. */
static enum passage_result
look_up(struct question *q, const struct streamid *id)
{
	struct passage_answer *a = q->answer;
	struct str named = id->resource;
	int found = find_key(q, id);

	if (found != 1)
		return found == 0 ? PASSAGE_NO_KEY : PASSAGE_SILENT;
	if (str_slug(named, sizeof(a->channel) - 1) && !str_eq(named, a->key) &&
	    !str_eqz(named, a->channel))
		return PASSAGE_OTHER_CHANNEL;
	if (ask_about(q, "passphrase", on_secret) == -1 ||
	    ask_about(q, "live", on_live) == -1) {
		passage_wipe(a);
		return PASSAGE_SILENT;
	}
	return q->sealed ? PASSAGE_NO_SECRET : PASSAGE_OPEN;
}

/* Time that passed lets us wait; time that was waited does not. */
static void
count(struct passage *p, uint64_t waited_us, uint64_t now_us)
{
	uint64_t grown_us =
	    p->budget_us + (now_us - p->counted_us) / GATE_SHARE;

	if (grown_us > BUDGET_MAX_US)
		grown_us = BUDGET_MAX_US;
	p->budget_us = grown_us > waited_us ? grown_us - waited_us : 0;
	p->counted_us = now_us;
}

enum passage_result
passage_ask(
    struct passage *p, const struct streamid *id, struct passage_answer *a)
{
	uint64_t begin_us = clock_mono_us(), end_us;
	struct question q = {.passage = p, .answer = a};
	enum passage_result result;

	*a = (struct passage_answer){.key = {"", 0}};
	count(p, 0, begin_us);
	if (p->budget_us < BUDGET_MIN_US)
		return PASSAGE_SILENT;
	q.deadline_us = begin_us + p->budget_us;
	result = look_up(&q, id);
	end_us = clock_mono_us();
	count(p, end_us - begin_us, end_us);
	return result;
}
