#include "recording.h"

#include "manifest.h"
#include "multivariant.h"
#include "playlist.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_MAX_BYTES = 64 * 1024 };

struct recording {
	atomic_uint holders;
	struct recording_state state;
	struct broadcast *broadcast;
	pthread_mutex_t lock; /* guards these */
	struct edition *edition[EDITION_FORMS][BROADCAST_MAX_TRACKS];
	struct blob *manifest[2]; /* [1]: as live */
};

struct recording *
recording_make(struct broadcast *b, const struct recording_state *s)
{
	struct recording *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	if ((errno = pthread_mutex_init(&r->lock, NULL)) != 0) {
		free(r);
		return NULL;
	}
	atomic_init(&r->holders, 1);
	r->state = *s;
	r->broadcast = b;
	if (s->ended_us != 0)
		broadcast_end(b);
	return r;
}

struct recording *
recording_hold(struct recording *r)
{
	if (r != NULL)
		atomic_fetch_add_explicit(&r->holders, 1, memory_order_relaxed);
	return r;
}

void
recording_drop(struct recording **rp)
{
	struct recording *r = *rp;

	*rp = NULL;
	if (r == NULL || atomic_fetch_sub_explicit(
			     &r->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
		for (int form = 0; form < EDITION_FORMS; form++)
			edition_drop(&r->edition[form][i]);
	blob_drop(&r->manifest[0]);
	blob_drop(&r->manifest[1]);
	broadcast_close(r->broadcast);
	(void)pthread_mutex_destroy(&r->lock);
	free(r);
}

const struct recording_state *
recording_state(const struct recording *r)
{
	return &r->state;
}

const struct broadcast *
recording_broadcast(const struct recording *r)
{
	return r->broadcast;
}

uint64_t
recording_duration_us(const struct recording *r)
{
	const struct broadcast *b = r->broadcast;
	uint64_t sound_us = 0;

	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];

		if (t->segments == 0)
			continue;
		if (t->state.video)
			return t->window_us;
		if (t->window_us > sound_us)
			sound_us = t->window_us;
	}
	return sound_us;
}

struct edition *
recording_edition(struct recording *r, const char *name, enum edition_form form)
{
	const struct track *t = broadcast_track(r->broadcast, str_from(name));
	struct edition **e;

	if (t == NULL || t->segments == 0) {
		errno = ENOENT;
		return NULL;
	}
	/* RFC 8216, 4.3.3.5: nothing is taken from one that says EVENT. */
	if (form == EDITION_EVENT && t->removed)
		form = EDITION_LIVE;
	e = &r->edition[form][t - r->broadcast->track];
	(void)pthread_mutex_lock(&r->lock);
	if (*e == NULL)
		*e = edition_make(r->broadcast, t, form);
	(void)pthread_mutex_unlock(&r->lock);
	return *e;
}

struct blob *
recording_multivariant(struct recording *r, const char *query)
{
	struct blob *blob = NULL;
	struct buf b;

	buf_init(&b, PLAYLIST_MAX_BYTES);
	if (multivariant_put(r->broadcast, query, &b) == 0)
		blob = blob_make(buf_str(&b));
	else
		errno = ENOMEM;
	buf_fini(&b);
	return blob;
}

static struct blob *
make_manifest(const struct broadcast *b, bool as_live)
{
	struct blob *blob = NULL;
	struct buf text;

	if (!manifest_possible(b)) {
		errno = ENOENT;
		return NULL;
	}
	buf_init(&text, MANIFEST_MAX_BYTES);
	if ((as_live ? manifest_live(b, &text)
		     : manifest_recording(b, 0, UINT64_MAX, &text)) == 0)
		blob = blob_make(buf_str(&text));
	buf_fini(&text);
	return blob;
}

struct blob *
recording_manifest(struct recording *r, bool as_live)
{
	struct blob **b = &r->manifest[as_live];

	(void)pthread_mutex_lock(&r->lock);
	if (*b == NULL)
		*b = make_manifest(r->broadcast, as_live);
	(void)pthread_mutex_unlock(&r->lock);
	return blob_hold(*b);
}

bool
recording_storyboard(const struct recording *r)
{
	const struct track *t = broadcast_track(r->broadcast, STR("video"));

	/* It is of all of a recording: what is gone is not to be seen. */
	return r->broadcast->ended && r->broadcast->gallery.pictures > 0 &&
	       t != NULL && !t->removed;
}

/* Halfway through, where there is something to see. */
static struct channel_preview
preview_of(const struct broadcast *b)
{
	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];

		for (size_t j = t->segments / 2;
		     t->state.video && j < t->segments; j++) {
			const struct segment *s = track_segment(t, j);

			if (s->independent)
				return (struct channel_preview){
				    .track = t->state.name,
				    .run = s->run,
				    .msn = s->msn};
		}
	}
	return (struct channel_preview){0};
}

struct blob *
recording_json(const struct recording *r)
{
	const struct track_state *track[BROADCAST_MAX_TRACKS];
	struct channel_preview preview = preview_of(r->broadcast);
	struct blob *blob = NULL;
	struct buf b;
	size_t n = 0;

	for (size_t i = 0; i < r->broadcast->tracks; i++)
		if (r->broadcast->track[i].segments > 0)
			track[n++] = &r->broadcast->track[i].state;
	preview.thumb = r->broadcast->gallery.thumb;
	preview.storyboard = recording_storyboard(r);
	buf_init(&b, JSON_MAX_BYTES);
	if (recording_state_json(&r->state, &preview, recording_duration_us(r),
		track, n, &b) == 0)
		blob = blob_make(buf_str(&b));
	buf_fini(&b);
	return blob;
}

size_t
recording_bytes(const struct recording *r)
{
	return sizeof(*r) + broadcast_bytes(r->broadcast);
}
