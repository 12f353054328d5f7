#include "shelf.h"

#include "buf.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX_BYTES = 64 * 1024 * 1024 };

struct shelf {
	pthread_rwlock_t lock; /* guards what follows */
	struct view **view;    /* by channel name */
	size_t len, cap;
	uint64_t change; /* counts what the list shows: arrivals and so on */

	pthread_mutex_t list_lock; /* guards these; taken before LOCK */
	struct blob *list;
	uint64_t list_change; /* the change that LIST shows */
};

struct view *
view_make(const char *channel)
{
	struct view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	atomic_init(&v->holders, 1);
	if (str_copy(v->channel, sizeof(v->channel), str_from(channel)) == -1) {
		free(v);
		return NULL;
	}
	return v;
}

struct view *
view_hold(struct view *v)
{
	if (v != NULL)
		atomic_fetch_add_explicit(&v->holders, 1, memory_order_relaxed);
	return v;
}

void
view_drop(struct view **vp)
{
	struct view *v = *vp;

	*vp = NULL;
	if (v == NULL || atomic_fetch_sub_explicit(
			     &v->holders, 1, memory_order_acq_rel) != 1)
		return;
	blob_drop(&v->json);
	blob_drop(&v->multivariant);
	blob_drop(&v->manifest);
	for (size_t i = 0; i < v->playlists; i++) {
		edition_drop(&v->playlist[i].edition);
		gate_drop(&v->playlist[i].gate);
	}
	free(v);
}

bool
view_plays(const struct view *v, const char *broadcast)
{
	return v->live &&
	       (broadcast[0] == '\0' || strcmp(broadcast, v->broadcast) == 0);
}

const struct view_playlist *
view_track(const struct view *v, const char *track)
{
	for (size_t i = 0; i < v->playlists; i++)
		if (strcmp(v->playlist[i].track, track) == 0)
			return &v->playlist[i];
	return NULL;
}

struct shelf *
shelf_open(void)
{
	struct shelf *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	if ((errno = pthread_rwlock_init(&s->lock, NULL)) != 0)
		goto free_shelf;
	if ((errno = pthread_mutex_init(&s->list_lock, NULL)) != 0)
		goto destroy_lock;
	return s;

destroy_lock:
	(void)pthread_rwlock_destroy(&s->lock);
free_shelf:
	free(s);
	return NULL;
}

void
shelf_close(struct shelf *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->len; i++)
		view_drop(&s->view[i]);
	free(s->view);
	blob_drop(&s->list);
	(void)pthread_mutex_destroy(&s->list_lock);
	(void)pthread_rwlock_destroy(&s->lock);
	free(s);
}

/* The place of CHANNEL, or where it belongs; *FOUND says which. */
static size_t
place(const struct shelf *s, const char *channel, bool *found)
{
	size_t low = 0, high = s->len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(s->view[mid]->channel, channel);

		if (c == 0) {
			*found = true;
			return mid;
		}
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*found = false;
	return low;
}

/* Would the list show B as it shows A?  Parts come often and change nothing. */
static bool
same_in_list(const struct view *a, const struct view *b)
{
	return a != NULL && a->json == b->json && a->live == b->live &&
	       a->since_us == b->since_us;
}

int
shelf_put(struct shelf *s, struct view **v)
{
	struct view *old = NULL;
	bool found;
	size_t i;

	(void)pthread_rwlock_wrlock(&s->lock);
	i = place(s, (*v)->channel, &found);
	if (found) {
		old = s->view[i];
	} else {
		if (s->len == s->cap) {
			size_t n = s->cap > 0 ? 2 * s->cap : 16;
			struct view **p =
			    reallocarray(s->view, n, sizeof(struct view *));

			if (p == NULL) {
				(void)pthread_rwlock_unlock(&s->lock);
				return -1;
			}
			s->view = p;
			s->cap = n;
		}
		memmove(s->view + i + 1, s->view + i,
		    (s->len - i) * sizeof(struct view *));
		s->len++;
	}
	s->view[i] = *v;
	if (!same_in_list(old, *v))
		s->change++;
	(void)pthread_rwlock_unlock(&s->lock);
	*v = NULL;
	view_drop(&old);
	return 0;
}

void
shelf_remove(struct shelf *s, const char *channel)
{
	struct view *old = NULL;
	bool found;
	size_t i;

	(void)pthread_rwlock_wrlock(&s->lock);
	i = place(s, channel, &found);
	if (found) {
		old = s->view[i];
		s->len--;
		memmove(s->view + i, s->view + i + 1,
		    (s->len - i) * sizeof(struct view *));
		s->change++;
	}
	(void)pthread_rwlock_unlock(&s->lock);
	view_drop(&old);
}

struct view *
shelf_get(struct shelf *s, const char *channel)
{
	struct view *v = NULL;
	bool found;
	size_t i;

	(void)pthread_rwlock_rdlock(&s->lock);
	i = place(s, channel, &found);
	if (found)
		v = view_hold(s->view[i]);
	(void)pthread_rwlock_unlock(&s->lock);
	return v;
}

struct gate *
shelf_gate(struct shelf *s, const char *broadcast, const char *track)
{
	const struct view_playlist *p;
	struct gate *g = NULL;

	/* Only what is not there yet is looked for here, so seldom enough. */
	(void)pthread_rwlock_rdlock(&s->lock);
	for (size_t i = 0; i < s->len && g == NULL; i++)
		if (strcmp(s->view[i]->broadcast, broadcast) == 0 &&
		    (p = view_track(s->view[i], track)) != NULL)
			g = gate_hold(p->gate);
	(void)pthread_rwlock_unlock(&s->lock);
	return g;
}

static int
by_liveliness(const void *ap, const void *bp)
{
	const struct view *a = *(const struct view *const *)ap;
	const struct view *b = *(const struct view *const *)bp;

	if (a->live != b->live)
		return a->live ? -1 : 1;
	if (a->since_us != b->since_us)
		return a->since_us > b->since_us ? -1 : 1;
	return strcmp(a->channel, b->channel);
}

/* Hold every view, so that the lock is not held while the list is made. */
static struct view **
hold_all(struct shelf *s, size_t *n, uint64_t *change)
{
	struct view **all;

	(void)pthread_rwlock_rdlock(&s->lock);
	all = calloc(s->len + 1, sizeof(struct view *));
	*n = all != NULL ? s->len : 0;
	for (size_t i = 0; i < *n; i++)
		all[i] = view_hold(s->view[i]);
	*change = s->change;
	(void)pthread_rwlock_unlock(&s->lock);
	return all;
}

static struct blob *
list_make(struct view **all, size_t n)
{
	struct blob *list = NULL;
	struct buf b;

	buf_init(&b, LIST_MAX_BYTES);
	qsort(all, n, sizeof(struct view *), by_liveliness);
	(void)buf_puts(&b, "{\"channels\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			(void)buf_puts(&b, ",");
		(void)buf_putstr(&b, blob_str(all[i]->json));
	}
	(void)buf_puts(&b, "]}");
	if (b.failed)
		errno = EMSGSIZE;
	else
		list = blob_make(buf_str(&b));
	buf_fini(&b);
	return list;
}

struct blob *
shelf_list(struct shelf *s)
{
	struct blob *list = NULL;
	struct view **all;
	uint64_t change;
	size_t n;

	(void)pthread_mutex_lock(&s->list_lock);
	(void)pthread_rwlock_rdlock(&s->lock);
	change = s->change;
	(void)pthread_rwlock_unlock(&s->lock);
	if (s->list == NULL || s->list_change != change) {
		if ((all = hold_all(s, &n, &change)) == NULL)
			goto unlock;
		list = list_make(all, n);
		for (size_t i = 0; i < n; i++)
			view_drop(&all[i]);
		free(all);
		if (list == NULL)
			goto unlock;
		blob_drop(&s->list);
		s->list = list;
		s->list_change = change;
	}
	list = blob_hold(s->list);
unlock:
	(void)pthread_mutex_unlock(&s->list_lock);
	return list;
}

void
shelf_count(struct shelf *s, uint64_t *channels, uint64_t *live)
{
	*live = 0;
	(void)pthread_rwlock_rdlock(&s->lock);
	*channels = s->len;
	for (size_t i = 0; i < s->len; i++)
		*live += s->view[i]->live;
	(void)pthread_rwlock_unlock(&s->lock);
}
