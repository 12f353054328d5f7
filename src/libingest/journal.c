#include "journal.h"

#include <stdio.h>

enum {
	SUBJECT_SIZE = 5 + JOURNAL_CHANNEL_SIZE,
	DATA_MAX = 4096,
	ENCODED_MAX = 8192
};

void
journal_clean(char *dst, size_t cap, const char *src)
{
	(void)snprintf(dst, cap, "%s", src);
	if (!str_utf8(str_from(dst)))
		dst[0] = '\0';
	for (; *dst != '\0'; dst++)
		if ((unsigned char)*dst < ' ' || *dst == '"' || *dst == '\\' ||
		    *dst == 0x7f)
			*dst = '\'';
}

/* Append the event of TYPE with the fields IN to OUT. */
static int
encode(struct buf *out, struct journal_about about, enum event_type type,
    const void *in, uint64_t expect)
{
	char id[UUID_TEXT_SIZE], subject[SUBJECT_SIZE];
	struct event e;
	struct buf data;
	int rc = -1;

	(void)snprintf(subject, sizeof(subject), "live/%.64s", about.channel);
	buf_init(&data, DATA_MAX);
	if (event_begin(&e, type, about.source, str_from(subject), id) == 0 &&
	    event_put(type, in, &data) == 0) {
		e.expect = expect;
		e.data = buf_str(&data);
		rc = event_encode(&e, out);
	}
	buf_fini(&data);
	return rc;
}

static void
ignore(void *arg, size_t index, const struct bus_result *result)
{
	(void)arg;
	(void)index;
	(void)result;
}

static int
say(struct bus_client *bus, struct journal_about about, enum event_type type,
    const void *in, uint64_t expect, bus_append_fn *done, void *arg)
{
	struct buf b;
	int rc;

	buf_init(&b, ENCODED_MAX);
	rc = encode(&b, about, type, in, expect);
	if (rc == 0)
		rc = bus_append(
		    bus, buf_str(&b), done != NULL ? done : ignore, arg);
	buf_fini(&b);
	return rc;
}

int
journal_started(struct bus_client *bus, struct journal_about about,
    const char *protocol, const char *encoder, uint64_t expect,
    bus_append_fn *done, void *arg)
{
	const struct BroadcastStarted in = {
	    .channel = str_from(about.channel),
	    .broadcast = str_from(about.broadcast),
	    .protocol = str_from(protocol),
	    .encoder = str_from(encoder),
	};

	return say(bus, about, EVENT_BroadcastStarted, &in, expect, done, arg);
}

int
journal_ended(struct bus_client *bus, struct journal_about about,
    const char *reason, uint64_t expect, bus_append_fn *done, void *arg)
{
	const struct BroadcastEnded in = {
	    .channel = str_from(about.channel),
	    .broadcast = str_from(about.broadcast),
	    .reason = str_from(reason),
	};

	return say(bus, about, EVENT_BroadcastEnded, &in, expect, done, arg);
}

int
journal_restarted(struct bus_client *bus, struct journal_about about,
    const char *reason, uint64_t attempt)
{
	const struct PipelineRestarted in = {
	    .channel = str_from(about.channel),
	    .broadcast = str_from(about.broadcast),
	    .reason = str_from(reason),
	    .attempt = attempt,
	};

	return say(
	    bus, about, EVENT_PipelineRestarted, &in, EVENT_ANY, NULL, NULL);
}

static struct BroadcastInterrupted
interruption(struct journal_about about, const char *reason, uint64_t until_us)
{
	return (struct BroadcastInterrupted){
	    .channel = str_from(about.channel),
	    .broadcast = str_from(about.broadcast),
	    .reason = str_from(reason),
	    .until_us = until_us,
	};
}

int
journal_interrupted(struct bus_client *bus, struct journal_about about,
    const char *reason, uint64_t until_us, uint64_t expect, bus_append_fn *done,
    void *arg)
{
	const struct BroadcastInterrupted in =
	    interruption(about, reason, until_us);

	return say(
	    bus, about, EVENT_BroadcastInterrupted, &in, expect, done, arg);
}

int
journal_put_interrupted(struct buf *batch, struct journal_about about,
    const char *reason, uint64_t until_us)
{
	const struct BroadcastInterrupted in =
	    interruption(about, reason, until_us);

	return encode(batch, about, EVENT_BroadcastInterrupted, &in, EVENT_ANY);
}

int
journal_put_resumed(struct buf *batch, struct journal_about about,
    const char *encoder, uint64_t waited_us)
{
	const struct BroadcastResumed in = {
	    .channel = str_from(about.channel),
	    .broadcast = str_from(about.broadcast),
	    .encoder = str_from(encoder),
	    .waited_us = waited_us,
	};

	return encode(batch, about, EVENT_BroadcastResumed, &in, EVENT_ANY);
}

int
journal_measured(struct buf *batch, struct journal_about about,
    const struct journal_measure *m)
{
	const struct IngestMeasured in = {
	    .channel = str_from(about.channel),
	    .broadcast = str_from(about.broadcast),
	    .period_us = m->period_us,
	    .bytes = m->bytes,
	    .video_frames = m->video_frames,
	    .audio_frames = m->audio_frames,
	    .dropped_frames = m->dropped_frames,
	    .rtt_us = m->rtt_us,
	    .latency_us = m->latency_us,
	    .lost_packets = m->lost_packets,
	    .retransmitted_packets = m->retransmitted_packets,
	    .late_packets = m->late_packets,
	};

	return encode(batch, about, EVENT_IngestMeasured, &in, EVENT_ANY);
}

bool
journal_is_open(const struct event *e, const char *source,
    char id[UUID_TEXT_SIZE], bool *ours)
{
	struct BroadcastStarted started;
	struct PipelineRestarted restarted;
	struct BroadcastInterrupted interrupted;
	struct BroadcastResumed resumed;
	struct str broadcast;

	if (e->type == EVENT_BroadcastStarted &&
	    EVENT_GET(e, BroadcastStarted, &started) == 0)
		broadcast = started.broadcast;
	else if (e->type == EVENT_PipelineRestarted &&
		 EVENT_GET(e, PipelineRestarted, &restarted) == 0)
		broadcast = restarted.broadcast;
	else if (e->type == EVENT_BroadcastInterrupted &&
		 EVENT_GET(e, BroadcastInterrupted, &interrupted) == 0)
		broadcast = interrupted.broadcast;
	else if (e->type == EVENT_BroadcastResumed &&
		 EVENT_GET(e, BroadcastResumed, &resumed) == 0)
		broadcast = resumed.broadcast;
	else
		return false;
	*ours = str_eqz(e->source, source) &&
		str_copy(id, UUID_TEXT_SIZE, broadcast) == 0;
	return true;
}
