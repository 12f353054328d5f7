#include "picture.h"
#include "clock.h"
#include "decoder.h"
#include "err.h"
#include "pace.h"
#include "prepare.h"
#include "queue.h"
#include "stack.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	QUEUE = 4096,
	FILE_QUEUE = 64,
	MAX_WAITING = 48 * 1024 * 1024, /* bytes */
	MAX_KEYS = 64,
	/* Packets without a frame: there is nothing to be seen in them. */
	MAX_BLIND = 300
};

/* A packet on its way to the decoder. */
struct job {
	AVPacket *packet;
	int64_t arrived_us;
};

struct picture {
	const struct settings *set;
	struct media_track track; /* its config is ours */
	struct outlet *outlet;
	struct decoder *decoder;
	struct prepare *prepare;
	struct plan plan;
	bool planned;
	bool fresh; /* its rungs are made when a frame is prepared */
	struct stack stack;
	struct pace pace;
	unsigned blind;
	bool wants_key; /* packets were left out */
	/* Keyframes of the source that no frame has answered, by pts. */
	int64_t key[MAX_KEYS];
	size_t keys;
	/* Between the threads. */
	struct queue *in;
	atomic_size_t waiting; /* bytes in the queue */
	bool skipping;
	pthread_t thread;
	atomic_bool failed;
};

static void free_all(struct picture *p);
static void *run(void *arg);

static int
take_track(struct picture *p, const struct media_track *t)
{
	uint8_t *config = malloc(t->config_len + 1);

	if (config == NULL)
		return -1;
	if (t->config_len > 0)
		memcpy(config, t->config, t->config_len);
	p->track = *t;
	p->track.config = config;
	return 0;
}

struct picture *
picture_open(const struct settings *set, const struct media_track *t,
    struct outlet *outlet, struct report *report)
{
	const struct decoder_settings how = {
	    .threads = set->encoder.cores, .live = set->live};
	struct picture *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL || take_track(p, t) == -1)
		goto err_memory;
	p->set = set;
	p->outlet = outlet;
	stack_init(&p->stack, set, outlet, report);
	p->wants_key = true;
	if ((p->in = queue_open(set->live ? QUEUE : FILE_QUEUE)) == NULL)
		goto err_memory;
	if ((p->decoder = decoder_open(t, &how)) == NULL)
		goto err_open;
	if ((rc = pthread_create(&p->thread, NULL, run, p)) != 0) {
		errno = rc;
		err_sys("begin a thread");
		goto err_open;
	}
	return p;
err_memory:
	err_sys("allocate");
err_open:
	if (p != NULL)
		free_all(p);
	return NULL;
}

static void
free_all(struct picture *p)
{
	decoder_close(p->decoder);
	prepare_close(p->prepare);
	free((void *)(uintptr_t)p->track.config);
	queue_close(p->in);
	free(p);
}

static void
free_job(struct job *j)
{
	if (j == NULL)
		return;
	av_packet_free(&j->packet);
	free(j);
}

static struct job *
make_job(const struct nut_packet *packet)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL || (j->packet = av_packet_alloc()) == NULL ||
	    av_new_packet(j->packet, (int)packet->len) < 0) {
		free_job(j);
		return NULL;
	}
	if (packet->len > 0)
		memcpy(j->packet->data, packet->data, packet->len);
	j->packet->pts = packet->pts;
	j->packet->dts = packet->dts;
	j->packet->flags = packet->key ? AV_PKT_FLAG_KEY : 0;
	j->arrived_us = (int64_t)clock_mono_us();
	return j;
}

int
picture_put(struct picture *p, const struct nut_packet *packet)
{
	struct job *j;

	if (atomic_load(&p->failed))
		return -1;
	if (p->skipping &&
	    (!packet->key || atomic_load(&p->waiting) > MAX_WAITING / 2))
		return 0;
	p->skipping = false;
	if ((j = make_job(packet)) == NULL) {
		err_sys("allocate");
		return -1;
	}
	atomic_fetch_add(&p->waiting, packet->len);
	if (p->set->live && (atomic_load(&p->waiting) > MAX_WAITING ||
				queue_put(p->in, j, false) == -1)) {
		atomic_fetch_sub(&p->waiting, packet->len);
		free_job(j);
		p->skipping = true;
		err_warn("cannot keep up, leaving out pictures up to a "
			 "keyframe");
		return 0;
	}
	if (!p->set->live)
		(void)queue_put(p->in, j, true);
	return 0;
}

/* Remember a keyframe of the source. */
static void
expect_key(struct picture *p, int64_t pts)
{
	if (p->keys == MAX_KEYS)
		memmove(p->key, p->key + 1, --p->keys * sizeof(p->key[0]));
	p->key[p->keys++] = pts;
}

/*
 * True when the frame of time PTS is one, or the first behind one that could
 * not be decoded; not when time has begun anew since.
 */
static bool
is_key(struct picture *p, int64_t pts)
{
	int64_t second = p->track.time_den / p->track.time_num;
	size_t left = 0;
	bool key = false;

	for (size_t i = 0; i < p->keys; i++)
		if (p->key[i] <= pts && pts - p->key[i] <= second)
			key = true;
		else
			p->key[left++] = p->key[i];
	p->keys = left;
	return key;
}

/* Frames like F from here on: other rungs, another file. */
static int
plan(struct picture *p, const AVFrame *f)
{
	struct prepare_settings how = {
	    .rotate = p->set->rotate, .cores = p->set->encoder.cores};
	const struct media_track *t = &p->track;

	stack_clear(&p->stack);
	prepare_close(p->prepare);
	p->prepare = NULL;
	p->track.width = (unsigned)f->width;
	p->track.height = (unsigned)f->height;
	plan_make(&p->plan, p->set, t, f);
	if (p->plan.rungs > 0) {
		how.width = p->plan.rung[0].width;
		how.height = p->plan.rung[0].height;
	}
	if ((p->prepare = prepare_open(t, &how)) == NULL ||
	    outlet_lane(p->outlet, LANE_SOURCE, p->plan.source ? t : NULL) ==
		-1)
		return -1;
	p->planned = p->fresh = true;
	pace_init(&p->pace, p->plan.rungs, p->set->restore_us);
	return 0;
}

/* Hand on what the preparation gives.  Its first frame makes the rungs. */
static int
hand_on(struct picture *p)
{
	AVFrame *f;

	while ((f = av_frame_alloc()) != NULL && prepare_get(p->prepare, f)) {
		if (p->fresh &&
		    (stack_build(&p->stack, &p->plan, &p->track, f) == -1 ||
			outlet_begin(p->outlet) == -1)) {
			av_frame_free(&f);
			return -1;
		}
		p->fresh = false;
		f->pict_type = is_key(p, f->pts) ? AV_PICTURE_TYPE_I
						 : AV_PICTURE_TYPE_NONE;
		stack_put(&p->stack, f);
	}
	av_frame_free(&f);
	return 0;
}

/* Take what the decoder has. */
static int
take_frames(struct picture *p, AVFrame *f)
{
	while (decoder_get(p->decoder, f)) {
		if (!p->planned || !plan_fits(&p->plan, p->set, f))
			if (plan(p, f) == -1)
				return -1;
		if (prepare_put(p->prepare, f) == -1 || hand_on(p) == -1)
			return -1;
		av_frame_unref(f);
	}
	return 0;
}

/* Nothing was seen for so long: go on with what there is beside pictures. */
static int
count_blind(struct picture *p)
{
	if (p->planned || p->blind > MAX_BLIND || p->blind++ < MAX_BLIND)
		return 0;
	err_warn("nothing can be decoded packets=%d", MAX_BLIND);
	return outlet_begin(p->outlet);
}

static void
keep_pace(struct picture *p, int64_t arrived_us)
{
	int64_t now_us = (int64_t)clock_mono_us();

	if (!p->set->live || p->fresh || p->stack.rungs == 0)
		return;
	switch (pace_step(&p->pace, now_us, now_us - arrived_us)) {
	case PACE_DROP:
		stack_drop(&p->stack, now_us - arrived_us);
		break;
	case PACE_RESTORE:
		stack_restore(&p->stack);
		break;
	case PACE_KEEP:
		break;
	}
}

/* Nobody waits for a frame. */
static bool
is_idle(const struct picture *p)
{
	return p->planned && !p->fresh && p->stack.resting == p->stack.rungs;
}

static int
work(struct picture *p, const struct job *j, AVFrame *f)
{
	bool key = (j->packet->flags & AV_PKT_FLAG_KEY) != 0;

	keep_pace(p, j->arrived_us);
	if (is_idle(p)) {
		p->wants_key = true;
		return 0;
	}
	if (p->wants_key && !key)
		return count_blind(p);
	if (p->wants_key)
		decoder_reset(p->decoder);
	p->wants_key = false;
	if (key)
		expect_key(p, j->packet->pts);
	decoder_put(p->decoder, j->packet);
	return take_frames(p, f) == -1 ? -1 : count_blind(p);
}

/* The last frames. */
static int
finish(struct picture *p, AVFrame *f)
{
	decoder_put(p->decoder, NULL);
	if (take_frames(p, f) == -1)
		return -1;
	if (p->prepare != NULL &&
	    (prepare_put(p->prepare, NULL) == -1 || hand_on(p) == -1))
		return -1;
	return 0;
}

static void *
run(void *arg)
{
	struct picture *p = arg;
	struct job *j;
	AVFrame *f = av_frame_alloc();
	bool failed = f == NULL;

	while ((j = queue_take(p->in)) != NULL) {
		atomic_fetch_sub(&p->waiting, (size_t)j->packet->size);
		/* Who puts packets must not wait for ever. */
		if (!failed && work(p, j, f) == -1)
			failed = true;
		if (failed)
			atomic_store(&p->failed, true);
		free_job(j);
	}
	if (!failed && finish(p, f) == -1)
		atomic_store(&p->failed, true);
	av_frame_free(&f);
	stack_clear(&p->stack);
	return NULL;
}

int
picture_close(struct picture *p)
{
	int rc;

	if (p == NULL)
		return 0;
	queue_end(p->in);
	(void)pthread_join(p->thread, NULL);
	rc = atomic_load(&p->failed) ? -1 : 0;
	if (decoder_errors(p->decoder) > 0)
		err_warn("left out pictures that cannot be decoded "
			 "packets=%" PRIu64,
		    decoder_errors(p->decoder));
	free_all(p);
	return rc;
}
