#include "library.h"

#include "clock.h"
#include "retell.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* However little it takes, it counts for something: they are looked through. */
enum { TEXTS = 1024, FRESH_US = 250000, LEAST_BYTES = 16 * 1024 };

struct kept {
	struct kept *next; /* asked for less lately */
	char broadcast[NAME_SIZE];
	uint64_t ended_us;
	struct recording *recording; /* NULL: there is nothing of it */
	bool as_live;                /* begins where its live playlists did */
	bool plain;                  /* which is at the start anyhow */
	uint64_t folded_us;          /* when */
	size_t bytes;
};

/* The JSON of a recording that has ended. */
struct text {
	char broadcast[NAME_SIZE];
	struct blob *json; /* NULL: none is here */
	uint64_t used;
};

struct library {
	size_t max_bytes;
	uint64_t window_us;   /* of channels that say nothing else */
	struct log *log;      /* for who folds */
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t idle;  /* nobody folds any more */
	bool folding;
	uint64_t forgotten; /* counts that something was */
	struct kept *first; /* asked for last */
	size_t bytes;
	uint64_t folded;
	uint64_t uses;
	struct text text[TEXTS];
};

struct library *
library_open(size_t max_bytes, uint64_t window_us)
{
	struct library *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->max_bytes = max_bytes;
	l->window_us = window_us;
	if ((errno = pthread_mutex_init(&l->lock, NULL)) != 0)
		goto free_library;
	if ((errno = pthread_cond_init(&l->idle, NULL)) != 0)
		goto destroy_lock;
	return l;

destroy_lock:
	(void)pthread_mutex_destroy(&l->lock);
free_library:
	free(l);
	return NULL;
}

/* Take the one that *AT leads to out. */
static void
take_out(struct library *l, struct kept **at)
{
	struct kept *k = *at;

	*at = k->next;
	l->bytes -= k->bytes;
	recording_drop(&k->recording);
	free(k);
}

void
library_close(struct library *l)
{
	if (l == NULL)
		return;
	while (l->first != NULL)
		take_out(l, &l->first);
	for (size_t i = 0; i < TEXTS; i++)
		blob_drop(&l->text[i].json);
	log_close(l->log);
	(void)pthread_cond_destroy(&l->idle);
	(void)pthread_mutex_destroy(&l->lock);
	free(l);
}

int
library_attach(struct library *l, const char *dir)
{
	struct log *log = log_open(dir);

	if (log == NULL)
		return -1;
	(void)pthread_mutex_lock(&l->lock);
	log_close(l->log); /* of an attempt that failed elsewhere */
	l->log = log;
	(void)pthread_mutex_unlock(&l->lock);
	return 0;
}

/* What leads to BROADCAST's, all of it or AS_LIVE, or NULL. */
static struct kept **
find(struct library *l, const char *broadcast, bool as_live)
{
	for (struct kept **at = &l->first; *at != NULL; at = &(*at)->next)
		if (((*at)->as_live == as_live || (*at)->plain) &&
		    strcmp((*at)->broadcast, broadcast) == 0)
			return at;
	return NULL;
}

/* Will K do for who asks for S? */
static bool
is_fresh(const struct kept *k, const struct recording_state *s)
{
	return k->ended_us == s->ended_us &&
	       (s->ended_us != 0 || clock_mono_us() - k->folded_us < FRESH_US);
}

/* K was asked for last. */
static struct recording *
use(struct library *l, struct kept **at)
{
	struct kept *k = *at;

	*at = k->next;
	k->next = l->first;
	l->first = k;
	return recording_hold(k->recording);
}

/* Is a live playlist of CHANNEL all of the broadcast, and always was? */
static bool
is_plain(struct library *l, const char *channel)
{
	char subject[sizeof("window/") + NAME_SIZE];
	struct log_subject at;

	(void)snprintf(subject, sizeof(subject), "window/%s", channel);
	return l->window_us == 0 &&
	       log_subject(l->log, str_from(subject), &at) == 0 &&
	       at.version == 0;
}

/*
 * Without the lock, by one thread at a time: the recording of S into *K, from
 * OLD on when that is not NULL.  0, or -1 with errno.
 */
static int
fold(struct library *l, const struct recording_state *s, bool as_live,
    const struct recording *old, struct kept *k)
{
	const struct retell tell = {.log = l->log,
	    .channel = s->channel,
	    .broadcast = s->broadcast,
	    .until = UINT64_MAX,
	    .ended_us = s->ended_us,
	    .window_us = l->window_us};
	struct broadcast *b;

	k->plain = is_plain(l, s->channel);
	k->as_live = as_live && !k->plain;
	if (k->as_live)
		b = retell_live(&tell);
	else if (old != NULL)
		b = retell_more(&tell, recording_broadcast(old));
	else
		b = retell_recording(&tell);
	if (b == NULL)
		return -1;
	if (!broadcast_any(b))
		errno = ENOENT;
	else if ((k->recording = recording_make(b, s)) != NULL)
		return 0;
	broadcast_close(b);
	return -1;
}

/* Let go of what is kept of BROADCAST. */
static void
drop(struct library *l, const char *broadcast, bool as_live)
{
	struct kept **at = find(l, broadcast, as_live);

	if (at != NULL)
		take_out(l, at);
}

/* Keep what MADE has of S, and let go of what is too much. */
static void
keep(
    struct library *l, const struct recording_state *s, const struct kept *made)
{
	struct kept *k = malloc(sizeof(*k)), **at;

	if (k == NULL)
		return; /* it is folded again the next time */
	*k = *made;
	k->next = l->first;
	k->folded_us = clock_mono_us();
	k->ended_us = s->ended_us;
	memcpy(k->broadcast, s->broadcast, sizeof(k->broadcast));
	k->bytes = LEAST_BYTES;
	if (recording_hold(k->recording) != NULL)
		k->bytes += recording_bytes(k->recording);
	l->first = k;
	l->bytes += k->bytes;
	while (l->bytes > l->max_bytes && l->first->next != NULL) {
		for (at = &l->first; (*at)->next != NULL; at = &(*at)->next)
			;
		take_out(l, at);
	}
}

/*
 * With the lock, which is let go of meanwhile: fold S, of which *AT is there or
 * not.  0, or -1 with errno.
 */
static int
make(struct library *l, const struct recording_state *s, bool as_live,
    struct kept **at, struct kept *made)
{
	struct recording *old = NULL;
	uint64_t forgotten = l->forgotten;
	int rc, saved;

	if (l->log == NULL) {
		errno = EAGAIN;
		return -1;
	}
	if (at != NULL && !(*at)->as_live)
		old = recording_hold((*at)->recording);
	l->folding = true;
	(void)pthread_mutex_unlock(&l->lock);
	rc = fold(l, s, as_live, old, made);
	saved = errno;
	recording_drop(&old);
	(void)pthread_mutex_lock(&l->lock);
	l->folding = false;
	l->folded++;
	(void)pthread_cond_broadcast(&l->idle);
	/* What a newer one goes on from is looked at, and no more: it is let
	 * go of in any case. */
	drop(l, s->broadcast, as_live);
	/* Something may have been removed after it was read. */
	if ((rc == 0 || saved == ENOENT) && l->forgotten == forgotten)
		keep(l, s, made);
	errno = saved;
	return rc;
}

struct recording *
library_get(struct library *l, const struct recording_state *s, bool as_live)
{
	struct kept made = {.recording = NULL}, **at;
	struct recording *r = NULL;
	int saved = 0;

	(void)pthread_mutex_lock(&l->lock);
	for (;;) {
		at = find(l, s->broadcast, as_live);
		if (at != NULL && is_fresh(*at, s)) {
			r = use(l, at);
			saved = ENOENT; /* when it is NULL */
			break;
		}
		if (!l->folding) {
			if (make(l, s, as_live, at, &made) == 0)
				r = made.recording;
			saved = errno;
			break;
		}
		(void)pthread_cond_wait(&l->idle, &l->lock);
	}
	(void)pthread_mutex_unlock(&l->lock);
	errno = saved;
	return r;
}

/* The text of BROADCAST, or else the one that was not used longest. */
static struct text *
text_of(struct library *l, const char *broadcast)
{
	struct text *oldest = &l->text[0];

	for (struct text *t = l->text; t < l->text + TEXTS; t++) {
		if (t->json != NULL && strcmp(t->broadcast, broadcast) == 0)
			return t;
		if (t->used < oldest->used)
			oldest = t;
	}
	return oldest;
}

struct blob *
library_json(struct library *l, const struct recording_state *s)
{
	struct recording *r;
	struct blob *json = NULL;
	uint64_t forgotten;
	struct text *t;

	(void)pthread_mutex_lock(&l->lock);
	t = text_of(l, s->broadcast);
	forgotten = l->forgotten;
	if (s->ended_us != 0 && t->json != NULL &&
	    strcmp(t->broadcast, s->broadcast) == 0) {
		json = blob_hold(t->json);
		t->used = ++l->uses;
	}
	(void)pthread_mutex_unlock(&l->lock);
	if (json != NULL || (r = library_get(l, s, false)) == NULL)
		return json;
	json = recording_json(r);
	recording_drop(&r);
	if (json == NULL || s->ended_us == 0)
		return json;
	(void)pthread_mutex_lock(&l->lock);
	if (l->forgotten == forgotten) {
		t = text_of(l, s->broadcast);
		blob_drop(&t->json);
		t->json = blob_hold(json);
		t->used = ++l->uses;
		(void)str_copy(
		    t->broadcast, sizeof(t->broadcast), str_from(s->broadcast));
	}
	(void)pthread_mutex_unlock(&l->lock);
	return json;
}

void
library_forget(struct library *l, const char *broadcast)
{
	struct text *t;

	(void)pthread_mutex_lock(&l->lock);
	l->forgotten++;
	drop(l, broadcast, false);
	drop(l, broadcast, true);
	t = text_of(l, broadcast);
	if (t->json != NULL && strcmp(t->broadcast, broadcast) == 0) {
		blob_drop(&t->json);
		t->used = 0;
	}
	(void)pthread_mutex_unlock(&l->lock);
}

void
library_count(struct library *l, uint64_t *folded, uint64_t *bytes)
{
	(void)pthread_mutex_lock(&l->lock);
	*folded = l->folded;
	*bytes = l->bytes;
	(void)pthread_mutex_unlock(&l->lock);
}
