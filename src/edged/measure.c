#include "measure.h"

#include "broadcast.h"
#include "bus.h"
#include "clock.h"
#include "cmcd.h"
#include "event.h"
#include "uuid.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LOOK_US = 1000000, /* between two looks for what is due */
	/* Said and not answered: weir-logd is away, and hears no more of it. */
	UNANSWERED_MAX = 4
};

struct session {
	char id[CMCD_ID_SIZE]; /* "": nobody's place */
	char broadcast[NAME_SIZE];
	struct cmcd last; /* what was told last of each */
	uint64_t seen_us, said_us;
	uint64_t requests, stalls; /* since it was said */
};

/* A session may lie in one of a few places, so none is ever moved. */
struct measure {
	pthread_mutex_t lock; /* guards all but the bus */
	struct session *session;
	uint64_t requests, stalls, refused, passed_over, said;
	struct bus_client *bus;
	uint64_t looked_us;
	struct buf batch;
};

struct measure *
measure_open(void)
{
	struct measure *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->session = calloc(MEASURE_SETS * MEASURE_WAYS, sizeof(*m->session));
	if (m->session == NULL)
		goto free_measure;
	if ((m->bus = bus_client_open(BUS_EDGE)) == NULL)
		goto free_session;
	if ((errno = pthread_mutex_init(&m->lock, NULL)) != 0)
		goto close_bus;
	buf_init(&m->batch, BUS_MAX_BATCH_BYTES);
	return m;
close_bus:
	bus_client_close(m->bus);
free_session:
	free(m->session);
free_measure:
	free(m);
	return NULL;
}

void
measure_close(struct measure *m)
{
	if (m == NULL)
		return;
	bus_client_close(m->bus);
	(void)pthread_mutex_destroy(&m->lock);
	buf_fini(&m->batch);
	free(m->session);
	free(m);
}

/* FNV-1a: whoever makes sessions collide spoils nothing but these. */
static size_t
set_of(const char *id)
{
	uint32_t h = 2166136261U;

	for (; *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * 16777619U;
	return (h ^ h >> 16) % MEASURE_SETS;
}

/*
 * Where session ID is, or may be from now on: a place of nobody, or of who is
 * gone.  NULL when there is none.
 */
static struct session *
place(struct measure *m, const char *id, uint64_t now_us)
{
	struct session *s = m->session + set_of(id) * MEASURE_WAYS;
	struct session *oldest = s;

	for (size_t i = 0; i < MEASURE_WAYS; i++) {
		if (strcmp(s[i].id, id) == 0)
			return &s[i];
		if (s[i].seen_us < oldest->seen_us)
			oldest = &s[i];
	}
	if (oldest->id[0] != '\0' &&
	    now_us - oldest->seen_us < (uint64_t)MEASURE_GONE_MS * 1000)
		return NULL;
	*oldest = (struct session){.seen_us = now_us};
	(void)str_copy(oldest->id, sizeof(oldest->id), str_from(id));
	return oldest;
}

/* With the lock. */
static void
note(struct measure *m, const struct cmcd *c, const char *broadcast)
{
	uint64_t now_us = clock_mono_us();
	struct session *s;

	m->requests++;
	m->stalls += c->starved;
	if ((s = place(m, c->session, now_us)) == NULL) {
		m->passed_over++;
		return;
	}
	(void)str_copy(s->broadcast, NAME_SIZE, str_from(broadcast));
	/* Requests for sound tell of sound's buffer: the lower one counts, but
	 * only of those since the last word. */
	if (s->requests > 0 && s->last.has_buffer &&
	    (!c->has_buffer || c->buffer_ms > s->last.buffer_ms)) {
		uint64_t buffer_ms = s->last.buffer_ms;

		s->last = *c;
		s->last.has_buffer = true;
		s->last.buffer_ms = buffer_ms;
	} else {
		s->last = *c;
	}
	s->seen_us = now_us;
	s->requests++;
	s->stalls += c->starved;
}

void
measure_take(struct measure *m, const struct head *h, struct str query,
    const char *broadcast)
{
	struct cmcd c;
	bool malformed;

	cmcd_init(&c);
	malformed = cmcd_query(query, &c) == -1;
	for (size_t i = 0; i < HEAD_CMCD_FIELDS; i++)
		malformed |= cmcd_read(h->cmcd[i], &c) == -1;
	if (!malformed && c.session[0] == '\0')
		return;
	(void)pthread_mutex_lock(&m->lock);
	if (malformed)
		m->refused++;
	else
		note(m, &c, broadcast);
	(void)pthread_mutex_unlock(&m->lock);
}

static void
on_said(void *arg, size_t index, const struct bus_result *r)
{
	(void)arg;
	(void)index;
	(void)r; /* what it told is told anew soon */
}

/* Append what S told to the batch. */
static int
put_event(struct measure *m, const struct session *s)
{
	const struct PlaybackMeasured said = {
	    .broadcast = str_from(s->broadcast),
	    .session = str_from(s->id),
	    .stream = str_from(s->last.stream),
	    .object = str_from(s->last.object),
	    .bitrate_kbps = s->last.bitrate_kbps,
	    .buffer_ms = s->last.buffer_ms,
	    .throughput_kbps = s->last.throughput_kbps,
	    .deadline_ms = s->last.deadline_ms,
	    .rate_permille = s->last.rate_permille,
	    .startup = s->last.startup,
	    .stalls = s->stalls,
	    .requests = s->requests};
	char subject[EVENT_MAX_SUBJECT + 1], id[UUID_TEXT_SIZE];
	struct event e;
	struct buf data;
	int rc = -1;

	(void)snprintf(subject, sizeof(subject), "playback/%s", s->broadcast);
	buf_init(&data, EVENT_MAX_DATA);
	if (event_begin(&e, EVENT_PlaybackMeasured, "weir-edged",
		str_from(subject), id) == 0 &&
	    event_put(EVENT_PlaybackMeasured, &said, &data) == 0) {
		e.data = buf_str(&data);
		rc = event_encode(&e, &m->batch);
	}
	buf_fini(&data);
	return rc;
}

/* With the lock: put those that are due into the batch, N of them at most. */
static size_t
gather(struct measure *m, uint64_t now_us, size_t n)
{
	size_t put = 0;

	for (size_t i = 0; i < MEASURE_SETS * MEASURE_WAYS && put < n; i++) {
		struct session *s = &m->session[i];

		if (s->requests == 0 ||
		    (s->said_us != 0 && now_us - s->said_us <
					    (uint64_t)MEASURE_EVERY_MS * 1000))
			continue;
		if (put_event(m, s) == -1)
			break;
		s->said_us = now_us;
		s->requests = 0;
		s->stalls = 0;
		put++;
	}
	m->said += put;
	return put;
}

void
measure_turn(struct measure *m)
{
	uint64_t now_us = clock_mono_us();
	size_t n;

	bus_client_turn(m->bus);
	if (now_us - m->looked_us < LOOK_US ||
	    bus_unanswered(m->bus) >= UNANSWERED_MAX)
		return;
	m->looked_us = now_us;
	buf_reset(&m->batch);
	(void)pthread_mutex_lock(&m->lock);
	n = gather(m, now_us, BUS_MAX_BATCH);
	(void)pthread_mutex_unlock(&m->lock);
	if (n > 0)
		(void)bus_append(m->bus, buf_str(&m->batch), on_said, NULL);
}

uint64_t
measure_watching(struct measure *m, const char *broadcast)
{
	uint64_t now_us = clock_mono_us(), n = 0;

	(void)pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < MEASURE_SETS * MEASURE_WAYS; i++) {
		const struct session *s = &m->session[i];

		n += s->id[0] != '\0' &&
		     now_us - s->seen_us < (uint64_t)MEASURE_GONE_MS * 1000 &&
		     strcmp(s->broadcast, broadcast) == 0;
	}
	(void)pthread_mutex_unlock(&m->lock);
	return n;
}

static void
put(struct buf *out, const char *name, const char *type, const char *help,
    double value)
{
	(void)buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %.15g\n", name,
	    help, name, type, name, value);
}

void
measure_text(struct measure *m, struct buf *out)
{
	uint64_t now_us = clock_mono_us(), watching = 0, told = 0;
	double buffer_s = 0;

	(void)pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < MEASURE_SETS * MEASURE_WAYS; i++) {
		const struct session *s = &m->session[i];

		if (s->id[0] == '\0' ||
		    now_us - s->seen_us >= (uint64_t)MEASURE_GONE_MS * 1000)
			continue;
		watching++;
		if (s->last.has_buffer) {
			told++;
			buffer_s += (double)s->last.buffer_ms / 1000;
		}
	}
	put(out, "weir_edge_players", "gauge",
	    "Players that told how it goes lately.", (double)watching);
	put(out, "weir_edge_player_buffer_seconds", "gauge",
	    "Mean of what these have buffered.",
	    told > 0 ? buffer_s / (double)told : 0);
	put(out, "weir_edge_player_requests_total", "counter",
	    "Requests for media that told how it goes.", (double)m->requests);
	put(out, "weir_edge_player_stalls_total", "counter",
	    "Times that players ran out of media.", (double)m->stalls);
	put(out, "weir_edge_player_events_total", "counter",
	    "PlaybackMeasured that were said.", (double)m->said);
	put(out, "weir_edge_player_passed_over_total", "counter",
	    "Requests of players beyond those that are known at once.",
	    (double)m->passed_over);
	put(out, "weir_edge_player_refused_total", "counter",
	    "Requests that told it in a malformed way.", (double)m->refused);
	(void)pthread_mutex_unlock(&m->lock);
}
