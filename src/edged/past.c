#include "past.h"

#include "channels_fold.h"
#include "clock.h"
#include "edition.h"
#include "model.h"
#include "multivariant.h"
#include "playlist.h"
#include "retell.h"
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX_BYTES = 64 * 1024 * 1024 };

struct past {
	uint64_t window_us;
	pthread_mutex_t lock;          /* guards these */
	struct log *log;               /* NULL: it is not there yet */
	struct projection *projection; /* as of UNTIL, or NULL */
	uint64_t until;
};

struct past *
past_open(uint64_t window_us)
{
	struct past *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->window_us = window_us;
	if ((errno = pthread_mutex_init(&p->lock, NULL)) != 0) {
		free(p);
		return NULL;
	}
	return p;
}

void
past_close(struct past *p)
{
	if (p == NULL)
		return;
	projection_close(p->projection);
	log_close(p->log);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

int
past_attach(struct past *p, const char *dir)
{
	struct log *log = log_open(dir);

	if (log == NULL)
		return -1;
	(void)pthread_mutex_lock(&p->lock);
	projection_close(p->projection);
	p->projection = NULL;
	log_close(p->log); /* of an attempt that failed elsewhere */
	p->log = log;
	(void)pthread_mutex_unlock(&p->lock);
	return 0;
}

/*
 * The seq that AT means.  What is not over is not the same every time, so it
 * is refused.
 */
static int
resolve(struct past *p, const char *at, uint64_t *until)
{
	bool number = at[strspn(at, "0123456789")] == '\0';
	uint64_t head, time_us;

	if (at[0] == '\0' || (!number && clock_parse(at, &time_us) == -1)) {
		errno = EINVAL;
		return -1;
	}
	if (log_head(p->log, &head) == -1 ||
	    log_seq_meant(p->log, at, true, until) == -1)
		return -1;
	if (number ? *until <= head : time_us <= clock_real_us())
		return 0;
	errno = ERANGE;
	return -1;
}

/* Fold the channels as of UNTIL, unless that was done last. */
static int
fold(struct past *p, uint64_t until)
{
	if (p->projection != NULL && p->until == until)
		return 0;
	projection_close(p->projection);
	p->projection =
	    projection_open_private(&channels_fold, p->log, NULL, until);
	if (p->projection == NULL)
		return -1;
	p->until = until;
	if (model_fold(p->projection, NULL, NULL) == 0)
		return 0;
	projection_close(p->projection);
	p->projection = NULL;
	return -1;
}

static struct retell
retell_of(const struct past *p, const char *channel, const char *broadcast)
{
	return (struct retell){.log = p->log,
	    .channel = channel,
	    .broadcast = broadcast,
	    .until = p->until,
	    .window_us = p->window_us};
}

/* The JSON of channel C, as it was, onto OUT. */
static int
put_channel(struct past *p, const struct channel_state *c, struct buf *out)
{
	struct retell tell = retell_of(p, c->name, c->broadcast);
	struct picture picture = {.track = ""};
	struct channel_preview preview;
	struct recording_state s;
	size_t i = 0;
	int n = 0;

	while (i < c->tracks && !c->track[i].video)
		i++;
	/* What was removed is not seen. */
	if (i < c->tracks)
		n = channels_fold_recording_get(
		    p->projection, c->broadcast, &s);
	if (n == 1)
		n = retell_picture(&tell, c->track[i].name, &picture);
	if (n == -1)
		return -1;
	preview = picture_preview(&picture);
	return channel_state_json(c, &preview, out);
}

static int
channel(struct past *p, const struct route *r, struct buf *out)
{
	struct channel_state c;
	int n = channels_fold_get(p->projection, r->channel, &c);

	if (n == 1 && c.present)
		return put_channel(p, &c, out);
	if (n != -1)
		errno = ENOENT;
	return -1;
}

struct list {
	struct channel_state *channel;
	size_t n, cap;
};

static int
collect(void *arg, const struct channel_state *c)
{
	struct list *l = arg;
	size_t cap = l->cap > 0 ? 2 * l->cap : 16;
	struct channel_state *more;

	if (!c->present)
		return 0;
	if (l->n == l->cap) {
		more = reallocarray(l->channel, cap, sizeof(*more));
		if (more == NULL)
			return -1;
		l->channel = more;
		l->cap = cap;
	}
	l->channel[l->n++] = *c;
	return 0;
}

/* As shelf_list() has them. */
static int
by_liveliness(const void *ap, const void *bp)
{
	const struct channel_state *a = ap, *b = bp;

	if (a->live != b->live)
		return a->live ? -1 : 1;
	if (a->since_us != b->since_us)
		return a->since_us > b->since_us ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int
channels(struct past *p, struct buf *out)
{
	struct list l = {.n = 0};
	int rc = channels_fold_each(p->projection, collect, &l);

	if (rc == 0 && l.n > 0)
		qsort(l.channel, l.n, sizeof(*l.channel), by_liveliness);
	(void)buf_puts(out, "{\"channels\":[");
	for (size_t i = 0; i < l.n && rc == 0; i++) {
		if (i > 0)
			(void)buf_puts(out, ",");
		rc = put_channel(p, &l.channel[i], out);
	}
	free(l.channel);
	return rc == 0 ? buf_puts(out, "]}") : -1;
}

/* The media playlist of R's track of B onto OUT. */
static int
media(struct broadcast *b, const struct route *r, struct buf *out)
{
	const struct track *t = broadcast_track(b, str_from(r->track));
	struct edition *e = NULL;
	struct body *body = NULL;
	int rc = 0;

	if (t == NULL || t->segments == 0) {
		errno = ENOENT;
		return -1;
	}
	if ((e = edition_make(b, t, EDITION_LIVE)) != NULL)
		body = edition_body(e, edition_window(r->window_us), false);
	for (size_t i = 0; body != NULL && i < body->pieces; i++)
		rc |= buf_put(
		    out, body->piece[i].iov_base, body->piece[i].iov_len);
	rc = body != NULL ? rc : -1;
	edition_drop(&e);
	return rc;
}

static int
multivariant(const struct past *p, const struct broadcast *b,
    const struct route *r, struct buf *out)
{
	char what[NAME_SIZE + 48], query[STREAM_QUERY_SIZE];

	if (!broadcast_playable(b)) {
		errno = ENOENT;
		return -1;
	}
	(void)snprintf(
	    what, sizeof(what), "broadcast=%s&at=%" PRIu64, b->id, p->until);
	stream_query(query, what, r->window_us);
	return multivariant_put(b, query, out);
}

/* Which broadcast R asks for, as it was then: 0 with *S, or -1 with errno. */
static int
which(struct past *p, const struct route *r, struct recording_state *s)
{
	struct channel_state c;
	const char *id = r->broadcast;
	int n = channels_fold_get(p->projection, r->channel, &c);

	if (n == 1 && c.present) {
		if (id[0] == '\0')
			id = c.broadcast;
		n = channels_fold_recording_get(p->projection, id, s);
		if (n == 1 && strcmp(s->channel, c.name) == 0)
			return 0;
	}
	if (n != -1)
		errno = ENOENT;
	return -1;
}

static int
playlist(struct past *p, const struct route *r, struct buf *out)
{
	struct recording_state s;
	struct broadcast *b;
	struct retell tell;
	int rc;

	if (which(p, r, &s) == -1)
		return -1;
	tell = retell_of(p, s.channel, s.broadcast);
	tell.ended_us = s.ended_us;
	if ((b = retell_live(&tell)) == NULL)
		return -1;
	if (s.ended_us != 0)
		broadcast_end(b);
	rc = r->kind == ROUTE_PLAYLIST ? media(b, r, out)
				       : multivariant(p, b, r, out);
	broadcast_close(b);
	return rc;
}

static int
look(struct past *p, const struct route *r, struct buf *out)
{
	uint64_t until;

	if (p->log == NULL) {
		errno = EAGAIN;
		return -1;
	}
	if (resolve(p, r->at, &until) == -1 || fold(p, until) == -1)
		return -1;
	if (r->kind == ROUTE_API_CHANNELS)
		return channels(p, out);
	if (r->kind == ROUTE_API_CHANNEL)
		return channel(p, r, out);
	return playlist(p, r, out);
}

struct blob *
past_answer(struct past *p, const struct route *r)
{
	struct blob *blob = NULL;
	struct buf out;

	buf_init(&out, ANSWER_MAX_BYTES);
	(void)pthread_mutex_lock(&p->lock);
	if (look(p, r, &out) == 0)
		blob = blob_make(buf_str(&out));
	(void)pthread_mutex_unlock(&p->lock);
	buf_fini(&out);
	return blob;
}
