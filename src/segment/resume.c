#include "resume.h"
#include "cmaf.h"
#include "err.h"
#include "file.h"
#include "ticks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct bookmark
resume_mark(const struct track *t, const struct track_out *out)
{
	struct bookmark m = {.discontinuity = t->discontinuity,
	    .left = t->left,
	    .begins = !t->told,
	    .hz = t->hz,
	    .frame_ticks = t->frame_ticks,
	    .sequence = t->sequence,
	    .run = t->run,
	    .msn = t->msn,
	    .offset_us = t->time.offset_us,
	    .wall_us = t->wall_us,
	    .shift_us = t->shift_us,
	    .begin = t->in && t->n > 0 ? t->sample[0].dts : t->next,
	    .told_us = t->told_us,
	    .part_ticks = t->part_ticks,
	    .part_max_ticks = t->part_max_ticks,
	    .part_frame = t->part_frame};

	m.opens = t->kind == MEDIA_VIDEO && t->in && t->n > 0 &&
		  t->sample[0].pts == t->opened;
	(void)snprintf(m.clock, sizeof(m.clock), "%s", out->clock);
	if (!growth_begun(&t->growth))
		return m;
	m.start_us = track_start_us(t);
	m.independent = track_alone(t, t->written);
	m.samples = t->written;
	m.parts = t->part;
	m.bytes = t->growth.bytes;
	m.said = t->part_said;
	m.part_next = t->part_next;
	growth_hash(&t->growth, m.hash);
	return m;
}

int
resume_open(
    struct track *t, const struct track_out *out, const struct bookmark *m)
{
	bool again = m->clock[0] != '\0' && strcmp(m->clock, out->clock) == 0;

	/*
	 * D12, D13: whole, and nobody was told, unless the machine lost what
	 * the journal said of it.
	 */
	if (m->same_boot && m->msn + 1 == t->folder.msn &&
	    store_unfinish(&t->folder) == -1) {
		err_sys(
		    "go on with segment %" PRIu64 " of %s", m->msn, t->name);
		return -1;
	}
	/* Numbers are left out where it was not there. */
	t->msn = t->folder.msn > m->msn ? t->folder.msn : m->msn;
	t->told_us = m->told_us; /* dates never go back */
	if (m->msn != t->msn)
		return 0;
	t->mark = *m;
	t->sequence = m->sequence;
	if (m->bytes > 0 && growth_resume(&t->growth, &t->folder, m->msn,
				m->bytes, m->hash) == -1) {
		err_warn("what was told of a segment is lost track=%s "
			 "msn=%" PRIu64 ": %s",
		    t->name, m->msn, strerror(errno));
		/* Its name never means two things. */
		t->msn++;
		return 0;
	}
	t->resume = RESUME_WAITS;
	t->wall_us = m->wall_us;
	/* What was told to have ended comes back as another run. */
	if (again && !m->left)
		return 0;
	if (resume_give_up(t, out) == -1)
		return -1;
	if (again)
		return 0;
	t->again = false;
	t->next = 0;
	return 0;
}

bool
resume_pending(const struct track *t)
{
	return t->resume != RESUME_NO;
}

size_t
resume_samples(const struct track *t)
{
	return t->resume == RESUME_FILLS ? t->mark.samples : 0;
}

/* Is T's initialization section what lies under its run's name? */
static bool
same_init(struct track *t)
{
	char name[48];
	struct buf was;
	bool same = false;
	int fd;

	(void)snprintf(name, sizeof(name), "init-%" PRIu64 ".mp4", t->mark.run);
	buf_init(&was, t->head.max);
	buf_reset(&t->head);
	fd = openat(t->folder.fd, name, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && file_read(fd, &was) == 0 &&
	    cmaf_init(&t->media, t->hz, &t->head) == 0)
		same = was.len == t->head.len &&
		       memcmp(was.p, t->head.p, was.len) == 0;
	if (fd != -1)
		(void)close(fd);
	buf_fini(&was);
	return same;
}

int
resume_configure(struct track *t, const struct track_out *out)
{
	const struct bookmark *m = &t->mark;

	if (t->resume != RESUME_WAITS || m->hz != t->hz ||
	    (!m->begins && (m->run != t->run || !same_init(t))))
		return resume_pending(t) ? resume_give_up(t, out) : 0;
	t->resume = RESUME_SEEKS;
	t->in = t->shifted = true;
	t->needs_key = m->opens;
	t->discontinuity = m->discontinuity;
	t->shift_us = m->shift_us;
	t->next = m->begin;
	/* Nobody was told of that run, whatever is there of it. */
	if (m->begins) {
		t->run++;
		return 1;
	}
	t->told = t->started = true;
	t->frame_ticks = m->frame_ticks;
	t->part_ticks = m->part_ticks;
	t->part_max_ticks = m->part_max_ticks;
	t->part_frame = m->part_frame;
	return 1;
}

int
resume_sample(const struct track *t, int64_t dts)
{
	int64_t half = t->frame_ticks / 2, begin = t->mark.begin;

	if (t->resume != RESUME_SEEKS)
		return t->again && dts < t->next - half ? 0 : 1;
	if (dts < begin - half)
		return 0;
	return dts <= begin + half ? 1 : -1;
}

void
resume_step(struct track *t)
{
	const struct bookmark *m = &t->mark;

	t->again = false;
	if (t->resume == RESUME_SEEKS)
		t->resume = RESUME_FILLS;
	if (t->resume != RESUME_FILLS || t->n < m->samples)
		return;
	t->resume = RESUME_NO;
	t->written = m->samples;
	t->written_bytes = track_bytes(t, t->written);
	t->part = m->parts;
	t->part_said = m->said;
	t->part_next = m->part_next;
	err_info("going on where the one before was killed track=%s "
		 "msn=%" PRIu64 " parts=%" PRIu64,
	    t->name, t->msn, t->part);
}

/* What was told of the segment that grew is all of it. */
static int
settle(struct track *t, const struct track_out *out)
{
	const struct bookmark *m = &t->mark;
	struct SegmentReady e = {.track = str_from(t->name),
	    .msn = m->msn,
	    .run = m->run,
	    .start_us = m->start_us,
	    .duration_us = (uint64_t)track_us(t, m->said - m->begin),
	    .bytes = m->bytes,
	    .discontinuity = m->discontinuity && m->msn > 0,
	    .independent = m->independent};
	struct bookmark after;
	uint8_t hash[GROWTH_HASH_BYTES];

	if (growth_end(&t->growth, &t->folder, hash) == -1)
		return -1;
	e.hash = (struct str){(const char *)hash, sizeof(hash)};
	t->msn++;
	t->told_us = e.start_us + e.duration_us;
	t->next = m->said;
	after = resume_mark(t, out);
	after.run = m->run;
	after.begins = false;
	/* What comes on another clock cannot be told from what came. */
	if (strcmp(m->clock, out->clock) != 0)
		after.clock[0] = '\0';
	err_info("a segment ends where the one before was killed track=%s "
		 "msn=%" PRIu64 " parts=%" PRIu64,
	    t->name, m->msn, m->parts);
	return story_segment_ready(out->story, &e, &after);
}

int
resume_give_up(struct track *t, const struct track_out *out)
{
	uint32_t hz = t->hz;
	int rc = 0;

	if (!resume_pending(t))
		return 0;
	t->resume = RESUME_NO;
	t->hz = t->mark.hz; /* what was told counts in it */
	t->next = t->mark.begin;
	if (growth_begun(&t->growth))
		rc = settle(t, out);
	t->next = ticks_rescale(t->next, 1, t->hz, hz);
	t->hz = hz;
	t->again = true;
	track_drop(t, t->n);
	t->in = false;
	t->discontinuity = t->msn > 0;
	t->needs_key = t->kind == MEDIA_VIDEO;
	return rc;
}
