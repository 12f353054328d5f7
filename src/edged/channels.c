#include "channels.h"

#include "manifest.h"
#include "multivariant.h"
#include "playlist.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct channel {
	struct channel_state state;
	char id[NAME_SIZE]; /* of its broadcast, by which it is found */
	struct broadcast *broadcast;             /* while it is live */
	struct gate *gate[BROADCAST_MAX_TRACKS]; /* of its tracks, or NULL */

	struct picture picture;
	struct view *shown; /* what the shelf holds, or NULL */
	bool retold;        /* what the API says of it changed since SHOWN */
	bool dirty;
	struct channel *next_dirty;
};

struct channels {
	struct shelf *shelf; /* borrowed */
	uint64_t window_us;
	void *by_name;      /* search.h tree of struct channel */
	void *by_broadcast; /* of those that have one, by its id */
	struct channel *dirty;
	uint64_t refused_tracks;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct channel *)a)->state.name,
	    ((const struct channel *)b)->state.name);
}

static int
by_broadcast(const void *a, const void *b)
{
	return strcmp(
	    ((const struct channel *)a)->id, ((const struct channel *)b)->id);
}

struct channels *
channels_open(struct shelf *shelf, uint64_t window_us)
{
	struct channels *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->shelf = shelf;
	c->window_us = window_us;
	return c;
}

static void
drop_broadcast(struct channel *ch)
{
	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
		gate_drop(&ch->gate[i]);
	broadcast_close(ch->broadcast);
	ch->broadcast = NULL;
}

static void
channel_free(void *arg)
{
	struct channel *ch = arg;

	drop_broadcast(ch);
	view_drop(&ch->shown);
	free(ch);
}

static void
nothing(void *arg)
{
	(void)arg;
}

void
channels_close(struct channels *c)
{
	if (c == NULL)
		return;
	tdestroy(c->by_broadcast, nothing);
	tdestroy(c->by_name, channel_free);
	free(c);
}

static void
touch(struct channels *c, struct channel *ch)
{
	if (ch->dirty)
		return;
	ch->dirty = true;
	ch->next_dirty = c->dirty;
	c->dirty = ch;
}

/* The channel called NAME, made when it is missing; NULL with errno. */
static struct channel *
channel_of(struct channels *c, const char *name)
{
	struct channel *ch, **found;

	if ((ch = calloc(1, sizeof(*ch))) == NULL)
		return NULL;
	(void)str_copy(ch->state.name, sizeof(ch->state.name), str_from(name));
	if ((found = tsearch(ch, &c->by_name, by_name)) == NULL || *found != ch)
		free(ch);
	if (found == NULL)
		errno = ENOMEM;
	return found != NULL ? *found : NULL;
}

/*
 * CH's broadcast is over.  Those that wait for more of it are to read that;
 * who asks later is answered from the library.
 */
static int
finish(struct channel *ch)
{
	struct broadcast *b = ch->broadcast;

	if (b == NULL)
		return 0;
	broadcast_end(b);
	for (size_t i = 0; i < b->tracks; i++) {
		struct edition *e;

		if (ch->gate[i] == NULL)
			continue;
		e = edition_make(b, &b->track[i], EDITION_LIVE);
		if (e == NULL)
			return -1;
		gate_set(ch->gate[i], e);
		edition_drop(&e);
	}
	drop_broadcast(ch);
	return 0;
}

/* CH is found by its broadcast ID from now on. */
static int
name(struct channels *c, struct channel *ch, const char *id)
{
	struct channel **found;

	if (ch->id[0] != '\0')
		(void)tdelete(ch, &c->by_broadcast, by_broadcast);
	(void)str_copy(ch->id, sizeof(ch->id), str_from(id));
	ch->picture = (struct picture){.msn = 0};
	found = tsearch(ch, &c->by_broadcast, by_broadcast);
	if (found != NULL && *found == ch)
		return 0;
	/* An id that another channel has is no id. */
	errno = found == NULL ? ENOMEM : EBADMSG;
	ch->id[0] = '\0';
	return -1;
}

/* How far back CH's live playlists reach; 0: to the start. */
static uint64_t
window_us(const struct channels *c, const struct channel *ch)
{
	return ch->state.window_set ? ch->state.window_us : c->window_us;
}

int
channels_put(struct channels *c, const struct channel_state *s)
{
	struct channel *ch = channel_of(c, s->name);
	bool other;

	if (ch == NULL)
		return -1;
	other = strcmp(ch->id, s->broadcast) != 0;
	if ((other || !s->live) && finish(ch) == -1)
		return -1;
	if (other && s->broadcast[0] != '\0' && name(c, ch, s->broadcast) == -1)
		return -1;
	if (s->live && ch->broadcast == NULL &&
	    (ch->broadcast = broadcast_open(str_from(ch->id))) == NULL)
		return -1;
	ch->state = *s;
	ch->retold = true;
	touch(c, ch);
	if (ch->broadcast != NULL)
		broadcast_pause(ch->broadcast, s->interrupted_us != 0);
	return ch->broadcast != NULL
		   ? broadcast_slide(ch->broadcast, window_us(c, ch))
		   : 0;
}

/* The channel that has BROADCAST, its present or last one, or NULL. */
static struct channel *
channel_with(const struct channels *c, struct str broadcast)
{
	struct channel key = {.dirty = false}, **found;

	if (broadcast.len == 0 ||
	    str_copy(key.id, sizeof(key.id), broadcast) == -1)
		return NULL;
	found = tfind(&key, &c->by_broadcast, by_broadcast);
	return found != NULL ? *found : NULL;
}

bool
channels_live(const struct channels *c, struct str broadcast)
{
	const struct channel *ch = channel_with(c, broadcast);

	return ch != NULL && ch->broadcast != NULL;
}

void
channels_adopt(struct channels *c, struct broadcast **b)
{
	struct channel *ch = channel_with(c, str_from((*b)->id));

	if (ch == NULL || ch->broadcast == NULL)
		return;
	c->refused_tracks += (*b)->refused_tracks;
	broadcast_close(ch->broadcast);
	ch->broadcast = *b;
	*b = NULL;
	picture_look(&ch->picture, ch->broadcast);
	ch->retold = true;
	touch(c, ch);
}

void
channels_picture(
    struct channels *c, const char *broadcast, const struct picture *picture)
{
	struct channel *ch = channel_with(c, str_from(broadcast));

	if (ch == NULL)
		return;
	ch->picture = *picture;
	ch->retold = true;
	touch(c, ch);
}

/* The broadcast that E, about media or what became of them, is about. */
static struct str
broadcast_of(const struct event *e)
{
	static const struct str media = {"broadcast/", 10};
	static const struct str gone = {"recording/", 10};
	struct str s = e->subject;
	size_t n = 0;

	if (str_starts(s, media))
		n = media.len;
	else if (str_starts(s, gone))
		n = gone.len;
	return (struct str){s.p + n, n > 0 ? s.len - n : 0};
}

int
channels_media(struct channels *c, const struct event *e)
{
	struct str id = broadcast_of(e);
	struct channel *ch;
	size_t refused;
	int r = 0;

	if (id.len == 0 || id.len >= NAME_SIZE) {
		errno = EBADMSG;
		return -1;
	}
	/* Of an older broadcast, or of one that is not known: not ours. */
	if ((ch = channel_with(c, id)) == NULL)
		return 0;
	if (ch->broadcast != NULL) {
		refused = ch->broadcast->refused_tracks;
		r = broadcast_apply(ch->broadcast, e, window_us(c, ch));
		c->refused_tracks += ch->broadcast->refused_tracks - refused;
	}
	if (r == 0) {
		if (e->type == EVENT_SegmentReady && ch->broadcast != NULL)
			picture_look(&ch->picture, ch->broadcast);
		picture_check(&ch->picture, e);
		/* A part changes no preview. */
		ch->retold |= e->type != EVENT_PartReady;
		touch(c, ch);
	}
	return r;
}

/* A blob of what FILL wrote into B, or NULL with errno. */
static struct blob *
wrap(struct buf *b, int filled)
{
	struct blob *blob = NULL;

	if (filled == 0)
		blob = blob_make(buf_str(b));
	else if (errno != ENOMEM)
		errno = EMSGSIZE;
	buf_reset(b);
	return blob;
}

/* The playlist of CH's track I into V, from OLD when it did not change. */
static int
render_track(
    struct channel *ch, size_t i, const struct view *old, struct view *v)
{
	struct track *t = &ch->broadcast->track[i];
	const struct view_playlist *same =
	    old != NULL && !t->dirty ? view_track(old, t->state.name) : NULL;
	struct view_playlist *p = &v->playlist[v->playlists];

	if (t->segments == 0)
		return 0;
	if (ch->gate[i] == NULL && (ch->gate[i] = gate_open()) == NULL)
		return -1;
	p->edition = same != NULL
			 ? edition_hold(same->edition)
			 : edition_make(ch->broadcast, t, EDITION_LIVE);
	if (p->edition == NULL)
		return -1;
	p->gate = gate_hold(ch->gate[i]);
	(void)str_copy(p->track, sizeof(p->track), str_from(t->state.name));
	v->playlists++;
	return 0;
}

/* The manifest of B into V, if one can be made; as OLD has it if it is it. */
static int
render_manifest(
    const struct broadcast *b, const struct view *old, struct view *v)
{
	struct buf text;

	if (!manifest_possible(b))
		return 0;
	if (old != NULL && old->manifest != NULL && !b->periods.dirty) {
		v->manifest = blob_hold(old->manifest);
		return 0;
	}
	buf_init(&text, MANIFEST_MAX_BYTES);
	v->manifest = wrap(&text, manifest_live(b, &text));
	buf_fini(&text);
	return v->manifest != NULL ? 0 : -1;
}

/* The playlists of CH's broadcast into V; what did not change is shared. */
static int
render_playlists(struct channel *ch, struct view *v, struct buf *b)
{
	const struct view *old = ch->shown;
	const struct broadcast *bc = ch->broadcast;
	char query[sizeof("?broadcast=") + NAME_SIZE];

	if (old != NULL && strcmp(old->broadcast, bc->id) != 0)
		old = NULL;
	for (size_t i = 0; i < bc->tracks; i++)
		if (render_track(ch, i, old, v) == -1)
			return -1;
	if (!broadcast_playable(bc))
		return 0;
	if (old != NULL && old->multivariant != NULL && !bc->dirty)
		v->multivariant = blob_hold(old->multivariant);
	else {
		(void)snprintf(query, sizeof(query), "?broadcast=%s", bc->id);
		v->multivariant = wrap(b, multivariant_put(bc, query, b));
	}
	if (v->multivariant == NULL)
		return -1;
	return render_manifest(bc, old, v);
}

static struct view *
render(struct channel *ch, struct buf *b)
{
	const struct channel_preview preview = picture_preview(&ch->picture);
	struct view *v = view_make(ch->state.name);

	if (v == NULL)
		return NULL;
	v->live = ch->state.live;
	v->interrupted = ch->state.interrupted_us != 0;
	v->thumb = ch->picture.gallery.thumb != THUMB_NONE;
	memcpy(v->title, ch->state.title, sizeof(v->title));
	v->since_us = ch->state.since_us;
	if (ch->shown != NULL && !ch->retold)
		v->json = blob_hold(ch->shown->json);
	else if ((v->json = wrap(
		      b, channel_state_json(&ch->state, &preview, b))) == NULL)
		goto drop;
	(void)str_copy(v->broadcast, sizeof(v->broadcast), str_from(ch->id));
	if (ch->broadcast == NULL || render_playlists(ch, v, b) == 0)
		return v;

drop:
	view_drop(&v);
	return NULL;
}

/* Wake those that wait for what V shows. */
static void
open_gates(const struct view *v)
{
	for (size_t i = 0; i < v->playlists; i++)
		gate_set(v->playlist[i].gate, v->playlist[i].edition);
}

static int
publish(struct channels *c, struct channel *ch, struct buf *b)
{
	struct view *v, *shown;

	if (!ch->state.present) {
		shelf_remove(c->shelf, ch->state.name);
		view_drop(&ch->shown);
		return 0;
	}
	if ((v = render(ch, b)) == NULL)
		return -1;
	shown = view_hold(v);
	if (shelf_put(c->shelf, &v) == -1) {
		view_drop(&shown);
		view_drop(&v);
		return -1;
	}
	view_drop(&ch->shown);
	ch->shown = shown;
	ch->retold = false;
	open_gates(shown);
	if (ch->broadcast != NULL) {
		ch->broadcast->dirty = false;
		ch->broadcast->periods.dirty = false;
		for (size_t i = 0; i < ch->broadcast->tracks; i++)
			ch->broadcast->track[i].dirty = false;
	}
	return 0;
}

int
channels_publish(struct channels *c)
{
	struct channel *ch;
	struct buf b;
	int r = 0;

	if (c->dirty == NULL)
		return 0;
	buf_init(&b, PLAYLIST_MAX_BYTES);
	while ((ch = c->dirty) != NULL) {
		if ((r = publish(c, ch, &b)) == -1)
			break;
		c->dirty = ch->next_dirty;
		ch->next_dirty = NULL;
		ch->dirty = false;
	}
	buf_fini(&b);
	return r;
}

struct visit {
	channels_broadcast_fn *fn;
	void *arg;
	bool live;
	int result;
};

static void
visit(const void *node, VISIT which, void *arg)
{
	const struct channel *ch = *(const struct channel *const *)node;
	struct visit *v = arg;

	if ((which == postorder || which == leaf) && v->result == 0 &&
	    ch->state.live == v->live)
		v->result = v->fn(v->arg, &ch->state);
}

int
channels_broadcasts(struct channels *c, channels_broadcast_fn *fn, void *arg)
{
	struct visit v = {.fn = fn, .arg = arg, .live = true};

	twalk_r(c->by_broadcast, visit, &v);
	v.live = false;
	twalk_r(c->by_broadcast, visit, &v);
	return v.result;
}

uint64_t
channels_refused_tracks(const struct channels *c)
{
	return c->refused_tracks;
}
