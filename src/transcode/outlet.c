#include "outlet.h"
#include "clock.h"
#include "err.h"
#include "file.h"
#include "hold.h"
#include "ticks.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MICRO = 1000000,
	OUT_BYTES = 65536, /* written at once when nobody waits */
	MAX_HELD = 64 * 1024 * 1024,
	/* So much longer is not waited for anything: by the clock when it is
	 * live, else of what is held. */
	LIVE_WAIT_US = 3 * MICRO,
	FILE_SPAN_US = 30 * MICRO
};

#define NOT_IN_FILE UINT_MAX

struct outlet {
	pthread_mutex_t lock;
	int fd;
	bool live, begun, failed;
	struct {
		struct media_track track; /* its config is ours */
		bool borne;
		unsigned index; /* in the file, or NOT_IN_FILE */
		bool done;
	} lane[OUTLET_LANES];
	uint64_t kept_us; /* since when, by the clock; 0: nothing is kept */
	struct nut_writer *writer;
	struct hold hold;
	struct buf out;
};

_Static_assert((int)OUTLET_LANES <= (int)HOLD_MAX_LANES, "lanes");

struct outlet *
outlet_open(int fd, bool live)
{
	struct outlet *o = calloc(1, sizeof(*o));

	if (o == NULL) {
		err_sys("allocate");
		return NULL;
	}
	(void)pthread_mutex_init(&o->lock, NULL);
	o->fd = fd;
	o->live = live;
	hold_init(&o->hold);
	buf_init(&o->out, OUT_BYTES + 2 * (size_t)MEDIA_MAX_PACKET);
	for (unsigned i = 0; i < OUTLET_LANES; i++)
		o->lane[i].index = NOT_IN_FILE;
	return o;
}

static void
drop_lane(struct outlet *o, unsigned lane)
{
	free((void *)(uintptr_t)o->lane[lane].track.config);
	o->lane[lane].track = (struct media_track){0};
	o->lane[lane].borne = false;
}

void
outlet_close(struct outlet *o)
{
	if (o == NULL)
		return;
	for (unsigned i = 0; i < OUTLET_LANES; i++)
		drop_lane(o, i);
	nut_writer_close(o->writer);
	hold_fini(&o->hold);
	buf_fini(&o->out);
	(void)pthread_mutex_destroy(&o->lock);
	free(o);
}

int
outlet_lane(struct outlet *o, unsigned lane, const struct media_track *t)
{
	int rc = 0;

	(void)pthread_mutex_lock(&o->lock);
	drop_lane(o, lane);
	if (t != NULL) {
		uint8_t *config = malloc(t->config_len + 1);

		if (config == NULL) {
			err_sys("allocate");
			rc = -1;
		} else {
			if (t->config_len > 0)
				memcpy(config, t->config, t->config_len);
			o->lane[lane].track = *t;
			o->lane[lane].track.config = config;
			o->lane[lane].borne = true;
		}
	}
	(void)pthread_mutex_unlock(&o->lock);
	return rc;
}

static int
flush(struct outlet *o)
{
	if (o->failed)
		return -1;
	if (o->out.len > 0 && file_write(o->fd, o->out.p, o->out.len) == -1) {
		err_sys("write standard output");
		o->failed = true;
	}
	buf_reset(&o->out);
	return o->failed ? -1 : 0;
}

static int
write_packet(struct outlet *o, unsigned lane, const struct nut_packet *p)
{
	struct nut_packet packet = *p;

	packet.track = o->lane[lane].index;
	if (packet.track == NOT_IN_FILE || packet.pts < 0)
		return 0;
	if (o->failed || (o->out.len >= OUT_BYTES && flush(o) == -1))
		return -1;
	if (nut_writer_put(o->writer, &packet, &o->out) == -1) {
		err_sys("write a packet");
		o->failed = true;
		return -1;
	}
	return 0;
}

/* Let out what is held, as far as the lanes in WAIT allow. */
static int
let_out(struct outlet *o, uint32_t wait)
{
	struct held *held;
	unsigned lane;
	int rc = 0;

	while (rc == 0 && (held = hold_take(&o->hold, wait, &lane)) != NULL) {
		rc = write_packet(o, lane, &held->packet);
		free(held);
	}
	return rc;
}

/* The lanes of which an earlier packet may still come. */
static uint32_t
waiting(const struct outlet *o)
{
	uint32_t wait = 0;

	for (unsigned i = 0; i < OUTLET_LANES; i++)
		if (o->lane[i].index != NOT_IN_FILE && !o->lane[i].done)
			wait |= UINT32_C(1) << i;
	return wait;
}

static bool
too_much(const struct outlet *o)
{
	if (o->hold.bytes > MAX_HELD)
		return true;
	return o->live ? clock_mono_us() - o->kept_us > LIVE_WAIT_US
		       : hold_span_us(&o->hold) > FILE_SPAN_US;
}

/* Let out what is in order; when too much is held, also what is not. */
static int
settle(struct outlet *o)
{
	if (o->live)
		return let_out(o, 0);
	if (let_out(o, waiting(o)) == -1)
		return -1;
	while (too_much(o)) {
		unsigned lane;
		struct held *held = hold_take(&o->hold, 0, &lane);
		int rc = write_packet(o, lane, &held->packet);

		free(held);
		if (rc == -1)
			return -1;
	}
	return 0;
}

static int
begin(struct outlet *o)
{
	struct media_track track[OUTLET_LANES];
	unsigned n = 0;

	/* What is of the file before goes before. */
	if (o->begun && let_out(o, 0) == -1)
		return -1;
	for (unsigned i = 0; i < OUTLET_LANES; i++) {
		o->lane[i].index = NOT_IN_FILE;
		o->lane[i].done = false;
		if (o->lane[i].borne) {
			track[n] = o->lane[i].track;
			o->lane[i].index = n++;
		}
	}
	o->begun = true;
	nut_writer_close(o->writer);
	o->writer = NULL;
	if (n > 0 && ((o->writer = nut_writer_open(track, n)) == NULL ||
			 nut_writer_header(o->writer, &o->out) == -1)) {
		err_sys("begin a file");
		o->failed = true;
		return -1;
	}
	return settle(o);
}

int
outlet_begin(struct outlet *o)
{
	int rc;

	(void)pthread_mutex_lock(&o->lock);
	rc = begin(o);
	if (rc == 0 && o->live)
		rc = flush(o);
	(void)pthread_mutex_unlock(&o->lock);
	return rc;
}

/* All of the file goes out, and the next packet is another's. */
static int
end(struct outlet *o)
{
	if (!o->begun && o->hold.bytes > 0 && begin(o) == -1)
		return -1;
	o->begun = false;
	o->kept_us = 0;
	return let_out(o, 0) == -1 ? -1 : flush(o);
}

int
outlet_pause(struct outlet *o)
{
	int rc;

	(void)pthread_mutex_lock(&o->lock);
	rc = end(o);
	(void)pthread_mutex_unlock(&o->lock);
	return rc;
}

int
outlet_put(struct outlet *o, unsigned lane, const struct nut_packet *p)
{
	const struct media_track *t = &o->lane[lane].track;
	int rc = 0;

	(void)pthread_mutex_lock(&o->lock);
	if (o->failed) {
		rc = -1;
	} else if (o->begun &&
		   (o->live || o->lane[lane].index == NOT_IN_FILE)) {
		rc = write_packet(o, lane, p);
	} else if (t->time_den > 0) {
		int64_t us =
		    ticks_rescale(p->dts, t->time_num, t->time_den, MICRO);

		if (o->kept_us == 0)
			o->kept_us = clock_mono_us();
		if (hold_put(&o->hold, lane, us, p) == -1) {
			err_sys("keep a packet");
			o->failed = true;
			rc = -1;
		} else if (o->begun) {
			rc = settle(o);
		} else if (too_much(o)) {
			rc = begin(o);
		}
	}
	(void)pthread_mutex_unlock(&o->lock);
	return rc;
}

int
outlet_flush(struct outlet *o)
{
	int rc;

	(void)pthread_mutex_lock(&o->lock);
	rc = flush(o);
	(void)pthread_mutex_unlock(&o->lock);
	return rc;
}

int
outlet_done(struct outlet *o, unsigned lane)
{
	int rc = 0;

	(void)pthread_mutex_lock(&o->lock);
	o->lane[lane].done = true;
	if (o->begun && !o->failed)
		rc = settle(o);
	(void)pthread_mutex_unlock(&o->lock);
	return rc;
}

int
outlet_end(struct outlet *o)
{
	int rc;

	(void)pthread_mutex_lock(&o->lock);
	rc = end(o);
	for (unsigned i = 0; i < OUTLET_LANES; i++) {
		drop_lane(o, i);
		o->lane[i].index = NOT_IN_FILE;
	}
	(void)pthread_mutex_unlock(&o->lock);
	return rc;
}

void
outlet_name(struct outlet *o, unsigned lane, char name[OUTLET_NAME_SIZE])
{
	unsigned index;

	(void)pthread_mutex_lock(&o->lock);
	index = o->lane[lane].index;
	(void)pthread_mutex_unlock(&o->lock);
	/* All tracks of pictures stand before those of sound. */
	if (index == NOT_IN_FILE)
		name[0] = '\0';
	else if (index == 0)
		(void)snprintf(name, OUTLET_NAME_SIZE, "video");
	else
		(void)snprintf(name, OUTLET_NAME_SIZE, "video%u", index + 1);
}
