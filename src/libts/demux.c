#include "packet_head.h"
#include "packets.h"
#include "program.h"
#include "section.h"
#include "stream.h"
#include "ts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	PID_PAT = 0,
	/* Where a PID leads. */
	ROUTE_NONE = 0,
	ROUTE_PAT = 1,
	ROUTE_MAP = 2, /* and PROGRAM_MAX of them */
	ROUTE_STREAM = ROUTE_MAP + PROGRAM_MAX,
	CHECKED = 16 /* bytes at either end by which doubles are told */
};

/* How packets of a PID follow each other (13818-1, 2.4.3.3). */
struct sequence {
	bool begun;
	uint8_t counter;
	uint8_t first[CHECKED], last[CHECKED]; /* of the last packet */
};

struct ts_demux {
	struct packets packets;
	struct ts_count count;
	bool finishing; /* all packets were read */
	bool failed;

	uint8_t route[PROGRAM_PIDS];
	struct section pat;
	struct program_list list;
	struct {
		struct section section;
		struct sequence sequence;
	} map[PROGRAM_MAX]; /* as in the list */
	struct sequence pat_sequence;

	bool chosen; /* a program, whose map is this one: */
	struct program_map program;
	bool told;     /* what the map promises */
	size_t refuse; /* its streams from here on are still to be told of */

	struct stream_set set;
	struct stream stream[TS_MAX_TRACKS];
	struct sequence sequence[TS_MAX_TRACKS];
	size_t now; /* the stream that has a packet's bytes */
};

struct ts_demux *
ts_demux_open(void)
{
	struct ts_demux *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->set.count = &d->count;
	d->route[PID_PAT] = ROUTE_PAT;
	d->told = true;
	d->now = TS_MAX_TRACKS;
	return d;
}

void
ts_demux_close(struct ts_demux *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < TS_MAX_TRACKS; i++)
		stream_close(&d->stream[i]);
	free(d);
}

const struct ts_count *
ts_demux_count(const struct ts_demux *d)
{
	return &d->count;
}

void
ts_demux_put(struct ts_demux *d, const uint8_t *p, size_t len)
{
	d->packets.p = p;
	d->packets.end = p + len;
}

void
ts_demux_end(struct ts_demux *d)
{
	d->packets.ended = true;
}

/* The program association changed. */
static void
take_list(struct ts_demux *d)
{
	struct program_list l;
	bool there = false;
	int rc = program_list_parse(&l, d->pat.last, d->pat.last_len);

	if (rc == -1)
		d->count.corrupt++;
	if (rc != 1)
		return;
	for (size_t i = 0; i < d->list.n; i++)
		if (d->route[d->list.program[i].pid] < ROUTE_STREAM)
			d->route[d->list.program[i].pid] = ROUTE_NONE;
	for (size_t i = l.n; i-- > 0;) {
		/* What was gathered of another program is none of this one. */
		if (i >= d->list.n ||
		    l.program[i].pid != d->list.program[i].pid) {
			section_reset(&d->map[i].section);
			d->map[i].section.last_len = 0;
			d->map[i].sequence.begun = false;
		}
		if (d->route[l.program[i].pid] < ROUTE_STREAM)
			d->route[l.program[i].pid] = (uint8_t)(ROUTE_MAP + i);
	}
	d->route[PID_PAT] = ROUTE_PAT;
	d->list = l;
	/* Where ours is gone another may take its place. */
	for (size_t i = 0; i < l.n; i++)
		there = there || l.program[i].number == d->program.number;
	d->chosen = d->chosen && there;
}

/* The stream of M that S is, or NULL. */
static const struct program_stream *
find(const struct program_map *m, const struct stream *s)
{
	for (size_t i = 0; i < m->n; i++)
		if (s->used && m->stream[i].pid == s->pid &&
		    m->stream[i].codec == s->codec)
			return &m->stream[i];
	return NULL;
}

/* Stream P of the map goes into a place that is free. */
static int
add_stream(struct ts_demux *d, struct program_stream *p)
{
	size_t i = 0;

	while (i < TS_MAX_TRACKS && d->stream[i].used)
		i++;
	if (i == TS_MAX_TRACKS || d->route[p->pid] != ROUTE_NONE) {
		p->codec = MEDIA_UNKNOWN;
		p->why = i == TS_MAX_TRACKS
			     ? "there are more streams than we take"
			     : "two streams have one PID";
		return 0;
	}
	if (stream_open(
		&d->stream[i], p->pid, p->type, p->codec, p->channels) == -1)
		return -1;
	d->route[p->pid] = (uint8_t)(ROUTE_STREAM + i);
	d->sequence[i].begun = false;
	return 0;
}

/* The map of the program in question is now M. */
static int
take_program(struct ts_demux *d, const struct program_map *m)
{
	for (size_t i = 0; i < TS_MAX_TRACKS; i++) {
		struct stream *s = &d->stream[i];

		if (!s->used || find(m, s) != NULL)
			continue;
		d->route[s->pid] = ROUTE_NONE;
		stream_close(s);
	}
	d->program = *m;
	d->chosen = true;
	d->told = false;
	d->refuse = 0;
	for (size_t j = 0; j < m->n; j++) {
		struct program_stream *p = &d->program.stream[j];
		bool there = false;

		for (size_t i = 0; i < TS_MAX_TRACKS; i++)
			there = there ||
				(p->codec != MEDIA_UNKNOWN &&
				    find(m, &d->stream[i]) == &m->stream[j]);
		if (p->codec != MEDIA_UNKNOWN && !there &&
		    add_stream(d, p) == -1)
			return -1;
	}
	return 0;
}

/* Section I of the program maps is new. */
static int
take_map(struct ts_demux *d, size_t i)
{
	const struct section *s = &d->map[i].section;
	struct program_map m;
	int rc = program_map_parse(&m, s->last, s->last_len);
	bool ours;

	if (rc == -1)
		d->count.corrupt++;
	if (rc != 1)
		return 0;
	ours = d->chosen && d->program.number == m.number;
	/* Another one only when ours has nothing any more. */
	if (!ours && d->chosen && (d->program.media || !m.media))
		return 0;
	return take_program(d, &m);
}

enum follows { FOLLOWS, DOUBLED, LOST };

/* How packet Q follows the one before of its PID. */
static enum follows
follow(struct ts_demux *d, struct sequence *s, const struct packet_head *h,
    const uint8_t *q)
{
	const uint8_t *tail = q + PACKET_SIZE - CHECKED;
	unsigned expected = (s->counter + 1) & 0xf;
	enum follows rc = FOLLOWS;

	/* Packets without payload do not count. */
	if (!h->payload)
		return FOLLOWS;
	if (s->begun && h->counter != expected) {
		if (h->counter == s->counter &&
		    memcmp(q + 4, s->first, CHECKED) == 0 &&
		    memcmp(tail, s->last, CHECKED) == 0)
			return DOUBLED;
		/* Where it was announced nothing is missing. */
		if (!h->discontinuity)
			d->count.lost += (h->counter - expected) & 0xf;
		rc = LOST;
	}
	s->begun = true;
	s->counter = (uint8_t)h->counter;
	memcpy(s->first, q + 4, CHECKED);
	memcpy(s->last, tail, CHECKED);
	return rc;
}

/* The packet of section S, of table I of the maps, or of the association. */
static int
put_section(struct ts_demux *d, struct section *s, const struct packet_head *h,
    size_t i)
{
	const uint8_t *p = h->p;
	size_t n = h->n;
	bool start = h->start;
	uint64_t corrupt = s->corrupt;

	while (section_take(s, &p, &n, &start)) {
		if (s == &d->pat)
			take_list(d);
		else if (take_map(d, i) == -1)
			return -1;
	}
	d->count.corrupt += s->corrupt - corrupt;
	return 0;
}

/* Packet Q: its bytes go where its PID leads.  0, or -1 with errno ENOMEM. */
static int
put_packet(struct ts_demux *d, const uint8_t *q)
{
	struct sequence *sequence;
	struct section *section = NULL;
	enum follows rc;
	struct packet_head h;
	size_t i = 0;
	unsigned route;

	d->count.packets++;
	if (!packet_head_parse(&h, q)) {
		d->count.corrupt++;
		return 0;
	}
	route = d->route[h.pid];
	if (h.discontinuity && h.pcr && d->chosen &&
	    h.pid == d->program.pcr_pid)
		timebase_told(&d->set.clock);
	if (route == ROUTE_NONE)
		return 0;
	if (route >= ROUTE_STREAM) {
		i = route - ROUTE_STREAM;
		sequence = &d->sequence[i];
	} else if (route == ROUTE_PAT) {
		section = &d->pat;
		sequence = &d->pat_sequence;
	} else {
		i = route - ROUTE_MAP;
		section = &d->map[i].section;
		sequence = &d->map[i].sequence;
	}
	if (h.scrambled) {
		d->count.scrambled++;
		sequence->begun = false;
		if (section == NULL) {
			stream_scrambled(&d->stream[i], &d->set);
			d->now = i;
		}
		return 0;
	}
	rc = follow(d, sequence, &h, q);
	if (rc == DOUBLED) {
		d->count.doubled++;
		return 0;
	}
	if (section != NULL) {
		if (rc == LOST)
			section_reset(section);
		return put_section(d, section, &h, i);
	}
	if (rc == LOST)
		stream_lost(&d->stream[i], &d->set);
	if (h.n > 0) {
		stream_put(&d->stream[i], &d->set, h.p, h.n,
		    (h.start ? STREAM_START : 0u) |
			(h.access ? STREAM_ACCESS : 0u) |
			(h.stuffed ? STREAM_STUFFED : 0u));
		d->now = i;
	}
	return 0;
}

/* What the map promises, and what of it is not for us. */
static enum ts_event
tell(struct ts_demux *d, struct ts_read *out)
{
	const struct program_map *m = &d->program;

	if (!d->told) {
		d->told = true;
		out->video = out->audio = 0;
		for (size_t i = 0; i < TS_MAX_TRACKS; i++) {
			const struct stream *s = &d->stream[i];

			if (s->used && !s->refused)
				++*(s->track.kind == MEDIA_VIDEO ? &out->video
								 : &out->audio);
		}
		return TS_PROGRAM;
	}
	while (d->refuse < m->n) {
		const struct program_stream *p = &m->stream[d->refuse++];

		if (p->codec != MEDIA_UNKNOWN)
			continue;
		out->why = p->why;
		out->pid = p->pid;
		out->stream_type = p->type;
		return TS_REFUSED;
	}
	return TS_MORE;
}

/* What comes of the bytes that stream I was given. */
static enum ts_event
from_stream(struct ts_demux *d, size_t i, struct ts_read *out)
{
	struct stream *s = &d->stream[i];

	if (!s->used)
		return TS_MORE;
	switch (
	    stream_next(s, &d->set, d->finishing, &out->packet, &out->why)) {
	case STREAM_TRACK:
		out->number = (unsigned)i;
		out->track = &s->track;
		return TS_TRACK;
	case STREAM_PACKET:
		out->packet.track = (unsigned)i;
		return TS_PACKET;
	case STREAM_REFUSED:
		out->pid = s->pid;
		out->stream_type = s->type;
		/* What is expected changed with it. */
		d->told = false;
		return TS_REFUSED;
	case STREAM_FAILED:
		d->failed = true;
		return TS_FAILED;
	case STREAM_MORE:
		break;
	}
	return TS_MORE;
}

/* The end was said: what waits in the streams, one after the other. */
static enum ts_event
finish(struct ts_demux *d, struct ts_read *out)
{
	d->finishing = true;
	for (size_t i = 0; i < TS_MAX_TRACKS; i++) {
		enum ts_event rc = from_stream(d, i, out);

		if (rc != TS_MORE)
			return rc;
	}
	return TS_FINISHED;
}

enum ts_event
ts_demux_next(struct ts_demux *d, struct ts_read *out)
{
	while (!d->failed) {
		const uint8_t *q;
		enum ts_event rc = tell(d, out);

		if (rc == TS_MORE && d->now < TS_MAX_TRACKS)
			rc = from_stream(d, d->now, out);
		if (rc != TS_MORE)
			return rc;
		d->now = TS_MAX_TRACKS;
		q = packets_next(&d->packets);
		d->count.skipped = d->packets.skipped;
		if (q == NULL)
			return d->packets.ended ? finish(d, out) : TS_MORE;
		if (put_packet(d, q) == -1)
			d->failed = true;
	}
	errno = ENOMEM;
	return TS_FAILED;
}
