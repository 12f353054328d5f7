#include "download.h"

#include "movie.h"
#include "out.h"
#include "range.h"

#include "crc32c.h"
#include "file.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAG_SIZE = NAME_SIZE + 8, PATH_SIZE = 2 * NAME_SIZE + 48, KEEP = 16 };

static const char soon[] = "Retry-After: 1\r\n";
/* Retention may take something from a recording. */
static const char caching[] = "public, max-age=60";

/* A movie with what names its files; any thread may send it. */
struct kept {
	atomic_uint holders;
	struct movie *movie;
	struct files *media;
	char tag[TAG_SIZE], broadcast[NAME_SIZE];
	char track[MEDIA_MAX_TRACKS][NAME_SIZE];
	uint64_t from_us, to_us;
	size_t segments; /* that it is made of */
	char etag[40];
};

struct movies {
	struct files *media;
	size_t max_bytes, bytes;
	pthread_mutex_t lock; /* guards these: the last asked for first */
	struct kept *kept[KEEP];
	size_t n;
	pthread_mutex_t making; /* one at a time, so that memory is bounded */
};

/* What of a movie is to be sent to one peer. */
struct download {
	struct kept *kept;
	uint64_t at, end; /* octets AT to END - 1 are left */
};

static void
kept_drop(struct kept **kp)
{
	struct kept *k = *kp;

	*kp = NULL;
	if (k == NULL || atomic_fetch_sub_explicit(
			     &k->holders, 1, memory_order_acq_rel) != 1)
		return;
	movie_close(k->movie);
	free(k);
}

static struct kept *
kept_hold(struct kept *k)
{
	atomic_fetch_add_explicit(&k->holders, 1, memory_order_relaxed);
	return k;
}

struct movies *
movies_open(struct files *media, size_t max_bytes)
{
	struct movies *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->media = media;
	m->max_bytes = max_bytes;
	if ((errno = pthread_mutex_init(&m->lock, NULL)) != 0)
		goto free_movies;
	if ((errno = pthread_mutex_init(&m->making, NULL)) != 0)
		goto destroy_lock;
	return m;

destroy_lock:
	(void)pthread_mutex_destroy(&m->lock);
free_movies:
	free(m);
	return NULL;
}

void
movies_close(struct movies *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n; i++)
		kept_drop(&m->kept[i]);
	(void)pthread_mutex_destroy(&m->lock);
	(void)pthread_mutex_destroy(&m->making);
	free(m);
}

static size_t
segments_of(const struct excerpt *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->tracks; i++)
		n += e->track[i].end - e->track[i].first;
	return n;
}

/* The movie of E called TAG, held, when it is here. */
static struct kept *
find(struct movies *m, const struct excerpt *e, const char *tag)
{
	struct kept *k = NULL;

	(void)pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < m->n && k == NULL; i++) {
		struct kept *o = m->kept[i];

		if (strcmp(o->tag, tag) != 0 || o->from_us != e->from_us ||
		    o->to_us != e->to_us || o->segments != segments_of(e))
			continue;
		k = kept_hold(o);
		memmove(m->kept + 1, m->kept, i * sizeof(struct kept *));
		m->kept[0] = o;
	}
	(void)pthread_mutex_unlock(&m->lock);
	return k;
}

/* Keep K, too, and let go of those that were not asked for longest. */
static void
keep(struct movies *m, struct kept *k)
{
	(void)pthread_mutex_lock(&m->lock);
	m->bytes += movie_memory(k->movie);
	while (m->n > 0 && (m->n == KEEP || m->bytes > m->max_bytes)) {
		m->bytes -= movie_memory(m->kept[m->n - 1]->movie);
		kept_drop(&m->kept[--m->n]);
	}
	memmove(m->kept + 1, m->kept, m->n * sizeof(struct kept *));
	m->kept[0] = kept_hold(k);
	m->n++;
	(void)pthread_mutex_unlock(&m->lock);
}

/* A track of an excerpt on its way into a movie. */
struct source {
	const struct excerpt_track *track;
	size_t next;
	uint32_t run; /* whose initialization section was told; 0: none */
};

static int
open_file(const struct kept *k, size_t track, const char *name, uint64_t n,
    const char *ending, struct file *f)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%s/%s/%s%" PRIu64 "%s",
	    k->broadcast, k->track[track], name, n, ending);
	return files_open(k->media, path, f);
}

static int
tell_run(struct kept *k, size_t track, uint32_t run)
{
	struct file f;
	struct buf b;
	int r;

	if (open_file(k, track, "init-", run, ".mp4", &f) == -1)
		return -1;
	buf_init(&b, 1 << 20);
	r = file_read(f.fd, &b);
	files_close(&f);
	if (r == 0)
		r = movie_init(k->movie, track, b.p, b.len);
	buf_fini(&b);
	return r;
}

/* The next segment of L, the source of TRACK. */
static int
tell_segment(struct kept *k, size_t track, struct source *l)
{
	const struct segment *s = excerpt_segment(l->track, l->next);
	struct movie_segment add = {.track = track,
	    .file = s->msn,
	    .start_us = s->start_us,
	    .discontinuity = s->discontinuity};
	struct file f;
	int r;

	/* The sound of a gap goes on without a picture. */
	if (s->gap) {
		l->next++;
		return 0;
	}
	if (s->run != l->run && tell_run(k, track, s->run) == -1)
		return -1;
	l->run = s->run;
	if (open_file(k, track, "", s->msn, ".m4s", &f) == -1)
		return -1;
	add.fd = f.fd;
	r = movie_add(k->movie, &add);
	files_close(&f);
	l->next++;
	return r;
}

/* The source among N whose next segment was sent first; N: all are done. */
static size_t
earliest(const struct source *source, size_t n)
{
	uint64_t first_us = UINT64_MAX;
	size_t found = n;

	for (size_t i = 0; i < n; i++) {
		const struct excerpt_track *t = source[i].track;

		if (source[i].next == t->end - t->first ||
		    excerpt_segment(t, source[i].next)->start_us >= first_us)
			continue;
		first_us = excerpt_segment(t, source[i].next)->start_us;
		found = i;
	}
	return found;
}

/* Picture and sound of E, so that both lie near each other in the file. */
static int
fill(struct kept *k, const struct excerpt *e)
{
	struct source source[2] = {{.track = &e->track[e->lead]}};
	const struct segment *begin = excerpt_segment(source[0].track, 0);
	size_t n = 1, i;

	for (i = 0; i < e->tracks && n == 1; i++)
		if (!e->track[i].track->state.video && i != e->lead)
			source[n++].track = &e->track[i];
	for (i = 0; i < n; i++)
		(void)str_copy(k->track[i], NAME_SIZE,
		    str_from(source[i].track->track->state.name));
	/* The movie's first track is to be its first. */
	if (tell_segment(k, 0, &source[0]) == -1)
		return -1;
	while ((i = earliest(source, n)) < n)
		if (tell_segment(k, i, &source[i]) == -1)
			return -1;
	return movie_finish(
	    k->movie, e->from_us - begin->at_us, e->to_us - e->from_us);
}

static struct kept *
make(struct movies *m, const struct excerpt *e, const char *tag)
{
	struct kept *k = calloc(1, sizeof(*k));
	struct str head;
	int saved;

	if (k == NULL)
		return NULL;
	atomic_init(&k->holders, 1);
	k->media = m->media;
	k->from_us = e->from_us;
	k->to_us = e->to_us;
	k->segments = segments_of(e);
	(void)str_copy(k->tag, sizeof(k->tag), str_from(tag));
	(void)str_copy(
	    k->broadcast, sizeof(k->broadcast), str_from(e->broadcast->id));
	if ((k->movie = movie_open()) == NULL || fill(k, e) == -1) {
		saved = errno;
		kept_drop(&k);
		errno = saved;
		return NULL;
	}
	head = movie_head(k->movie);
	(void)snprintf(k->etag, sizeof(k->etag), "\"%" PRIx64 "-%08x\"",
	    movie_bytes(k->movie), crc32c(0, head.p, head.len));
	return k;
}

/* The movie of E, held, made unless it is here.  NULL with errno. */
static struct kept *
get(struct movies *m, const struct excerpt *e, const char *tag)
{
	struct kept *k = find(m, e, tag);

	if (k != NULL)
		return k;
	(void)pthread_mutex_lock(&m->making);
	/* Somebody may have made it while we waited. */
	if ((k = find(m, e, tag)) == NULL && (k = make(m, e, tag)) != NULL)
		keep(m, k);
	(void)pthread_mutex_unlock(&m->making);
	return k;
}

/* Say why there is no movie: errno tells. */
static void
refuse(struct exchange *x)
{
	switch (errno) {
	case ENOENT:
	case ENODATA:
		reply_text(x, 404, REPLY_PUBLIC,
		    "Some of it is not there any more.", NULL);
		break;
	case ENOTSUP:
		reply_text(x, 409, REPLY_PUBLIC,
		    "The codec changes within it: it does not fit into one "
		    "file.",
		    NULL);
		break;
	case E2BIG:
		reply_text(x, 409, REPLY_PUBLIC,
		    "It is too long for one file: make clips of it.", NULL);
		break;
	case EBADMSG:
		reply_text(
		    x, 500, REPLY_PUBLIC, "A segment of it is damaged.", NULL);
		break;
	default:
		reply_text(
		    x, 503, REPLY_PUBLIC, "The server has no room now.", soon);
		break;
	}
}

/*
 * The field that names the file (RFC 6266): in ASCII for all, and in UTF-8 for
 * those that know how (RFC 8187).
 */
static void
put_name(struct buf *out, const char *name)
{
	(void)buf_puts(out, "Content-Disposition: attachment; filename=\"");
	for (const char *p = name; *p != '\0'; p++) {
		bool plain =
		    (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr(" .-_", *p) != NULL;

		/* One for each character, however many octets it has. */
		if (plain || (*p & 0xc0) != 0x80)
			(void)buf_put(out, plain ? p : "_", 1);
	}
	(void)buf_puts(out, ".mp4\"; filename*=UTF-8''");
	for (const char *p = name; *p != '\0'; p++) {
		bool plain =
		    (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr(".-_", *p) != NULL;

		(void)buf_printf(
		    out, plain ? "%c" : "%%%02X", (unsigned char)*p);
	}
	(void)buf_puts(out, ".mp4\r\n");
}

/* Send the head, for octets FIRST to END - 1 of K, with STATUS. */
static bool
begin(struct exchange *x, struct kept *k, unsigned status, uint64_t first,
    uint64_t end, const char *name)
{
	struct reply r = {.status = status,
	    .fields = REPLY_PUBLIC,
	    .type = "video/mp4",
	    .caching = caching,
	    .etag = k->etag,
	    .ranges = true,
	    .file = true,
	    .file_fd = -1,
	    .part_bytes = end - first};
	bool known = x->head->if_none_match.len > 0 &&
		     reply_etag_matches(x->head->if_none_match, k->etag);
	bool begun = false;
	struct buf extra;

	buf_init(&extra, REPLY_HEAD_BYTES / 2);
	if (status == 206)
		(void)buf_printf(&extra,
		    "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64
		    "\r\n",
		    first, end - 1, movie_bytes(k->movie));
	put_name(&extra, name);
	(void)buf_put(&extra, "", 1);
	r.extra = extra.failed ? "" : (const char *)extra.p;
	/* To these reply_send() sends no body. */
	if (x->head->method == METHOD_HEAD || known)
		reply_send(x, &r);
	else
		begun = reply_begin(x, &r);
	buf_fini(&extra);
	return begun;
}

void
download_end(struct exchange *x)
{
	if (x->download == NULL)
		return;
	kept_drop(&x->download->kept);
	free(x->download);
	x->download = NULL;
}

/* Nothing more can be sent, though it was promised. */
static void
cut(struct exchange *x)
{
	x->cut = true;
	x->keep = false;
	download_end(x);
}

/* The next octets of D, from memory or from a file.  False: it is over. */
static bool
send_some(struct exchange *x, struct download *d)
{
	struct str head = movie_head(d->kept->movie);
	struct movie_piece p;
	struct file f;
	bool sent;

	if (d->at < head.len) {
		uint64_t n = d->end < head.len ? d->end : head.len;
		struct str part = {head.p + d->at, (size_t)(n - d->at)};

		d->at = n;
		return reply_more(x, part, -1, 0, 0);
	}
	movie_piece(d->kept->movie, d->at, &p);
	if (p.bytes > d->end - d->at)
		p.bytes = d->end - d->at;
	if (p.memory != NULL) {
		d->at += p.bytes;
		return reply_more(x,
		    (struct str){(const char *)p.memory, (size_t)p.bytes}, -1,
		    0, 0);
	}
	if (open_file(d->kept, p.track, "", p.file, ".m4s", &f) == -1)
		return false;
	d->at += p.bytes;
	sent = p.offset + p.bytes <= f.bytes &&
	       reply_more(x, (struct str){NULL, 0}, f.fd, p.offset, p.bytes);
	files_close(&f);
	return sent;
}

void
download_go_on(struct exchange *x)
{
	struct download *d = x->download;

	while (d->at < d->end && !x->unfinished)
		if (!send_some(x, d)) {
			cut(x);
			return;
		}
	if (d->at == d->end && !x->unfinished)
		download_end(x);
}

/* Send octets FIRST to END - 1 of K. */
static void
send_range(struct exchange *x, struct kept *k, unsigned status, uint64_t first,
    uint64_t end, const char *name)
{
	if ((x->download = calloc(1, sizeof(*x->download))) == NULL) {
		refuse(x);
		return;
	}
	*x->download =
	    (struct download){.kept = kept_hold(k), .at = first, .end = end};
	if (!begin(x, k, status, first, end, name))
		download_end(x);
	else if (!x->unfinished)
		download_go_on(x);
}

/* The range that X asks for of K (RFC 9110, 14.2 and 13.1.5). */
static struct range
wanted(const struct exchange *x, const struct kept *k)
{
	const struct head *h = x->head;

	if (h->method != METHOD_GET || h->range.len == 0 ||
	    h->if_none_match.len > 0 ||
	    (h->if_range.len > 0 && !str_eqz(h->if_range, k->etag)))
		return (struct range){.kind = RANGE_WHOLE};
	return range_parse(h->range, movie_bytes(k->movie));
}

void
download_send(struct movies *m, struct exchange *x, const struct excerpt *e,
    const char *tag, const char *name)
{
	struct kept *k = get(m, e, tag);
	struct range range;
	char beyond[64];

	if (k == NULL) {
		refuse(x);
		return;
	}
	range = wanted(x, k);
	if (range.kind == RANGE_BEYOND) {
		(void)snprintf(beyond, sizeof(beyond),
		    "Content-Range: bytes */%" PRIu64 "\r\n",
		    movie_bytes(k->movie));
		reply_text(x, 416, REPLY_PUBLIC, "The file has no such range.",
		    beyond);
	} else if (range.kind == RANGE_PART) {
		send_range(x, k, 206, range.first, range.last + 1, name);
	} else {
		send_range(x, k, 200, 0, movie_bytes(k->movie), name);
	}
	kept_drop(&k);
}
