#include "journal.h"
#include "file.h"
#include "num.h"
#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Zeros are written in such pieces. */
enum { ZERO_BYTES = 1 << 20 };

struct journal {
	char *dir;
	bool writing;
	int fd; /* -1: it is not there yet */
	const uint8_t *map;
	size_t size;
	struct window *window;    /* NULL: no writer was seen alive */
	struct window_view found; /* what is in it then */
	struct journal_entry *entry;
	size_t entries, entries_cap;
	size_t waiting; /* bytes of the entries, as they lie in the ring */
	uint64_t at;    /* where the next block may go */
	bool torn;      /* part of a block lies there: all is moved first, and
			 * the ring begins anew, over it */
};

/* Each block begins on a page: a write never touches what is stored. */
static size_t
padded(size_t bytes)
{
	return (bytes + JOURNAL_PAGE - 1) / JOURNAL_PAGE * JOURNAL_PAGE;
}

static int
path_of(const struct journal *j, const char *name, char path[PATH_MAX])
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/%s", j->dir, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static int
map_file(struct journal *j, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ, MAP_SHARED, j->fd, 0);

	if (p == MAP_FAILED)
		return -1;
	j->map = p;
	j->size = size;
	return 0;
}

/* Open the file if it is there and whole.  0, or -1 with errno. */
static int
attach(struct journal *j)
{
	char path[PATH_MAX];
	struct stat st;
	size_t size;

	if (j->map != NULL)
		return 0;
	if (path_of(j, "journal", path) == -1 ||
	    (j->fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	if (fstat(j->fd, &st) == -1)
		goto err;
	size = (size_t)st.st_size;
	if (size >= JOURNAL_MIN_BYTES && size <= JOURNAL_MAX_BYTES &&
	    size % JOURNAL_PAGE == 0 && map_file(j, size) == 0)
		return 0;
	errno = EAGAIN;
err:
	(void)close(j->fd);
	j->fd = -1;
	return -1;
}

static struct journal *
allocate(const char *dir, bool writing)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->fd = -1;
	j->writing = writing;
	if ((j->dir = strdup(dir)) != NULL)
		return j;
	free(j);
	return NULL;
}

struct journal *
journal_open(const char *dir)
{
	return allocate(dir, false);
}

static size_t
size_to_make(void)
{
	const char *set = getenv(JOURNAL_SETTING);
	uint64_t bytes;

	if (set == NULL ||
	    num_parse(set, JOURNAL_MIN_BYTES, JOURNAL_MAX_BYTES, &bytes) == -1)
		return JOURNAL_BYTES;
	return padded((size_t)bytes);
}

/*
 * Fill the file with zeros from FROM on: a write over bytes that have their
 * place costs the file system no second write, of its own books.
 */
static int
fill(int fd, size_t from, size_t size)
{
	uint8_t *zeros = calloc(1, ZERO_BYTES);
	int rc = zeros == NULL ? -1 : 0;

	for (size_t n; from < size && rc == 0; from += n) {
		n = size - from < ZERO_BYTES ? size - from : ZERO_BYTES;
		rc = file_write_at(fd, zeros, n, (off_t)from);
	}
	free(zeros);
	return rc == 0 ? fdatasync(fd) : -1;
}

struct journal *
journal_make(const char *dir)
{
	struct journal *j = allocate(dir, true);
	char path[PATH_MAX];
	size_t size;
	off_t is;

	if (j == NULL)
		return NULL;
	if (path_of(j, "journal", path) == -1 ||
	    (j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660)) == -1 ||
	    (is = lseek(j->fd, 0, SEEK_END)) == -1)
		goto err;
	/* Readers have it mapped: it is never made smaller. */
	size = size_to_make();
	if ((size_t)is > size)
		size = (size_t)is / JOURNAL_PAGE * JOURNAL_PAGE;
	/* The name and the size are on disk before a block is. */
	if (((size_t)is < size && fill(j->fd, (size_t)is, size) == -1) ||
	    file_sync_parent(path) == -1 || map_file(j, size) == -1 ||
	    (j->window = window_make(dir)) == NULL)
		goto err;
	return j;
err:
	journal_close(j);
	return NULL;
}

void
journal_close(struct journal *j)
{
	int saved = errno;

	if (j == NULL)
		return;
	window_close(j->window);
	if (j->map != NULL)
		(void)munmap((void *)(uintptr_t)j->map, j->size);
	if (j->fd != -1)
		(void)close(j->fd);
	free(j->entry);
	free(j->dir);
	free(j);
	errno = saved;
}

size_t
journal_block_max(const struct journal *j)
{
	return j->size / 4;
}

bool
journal_due(const struct journal *j)
{
	return j->waiting >= j->size / 2;
}

size_t
journal_waiting(const struct journal *j)
{
	return j->waiting;
}

/* What a header at AT says; false when no block of seq WANT can be there. */
static bool
peek(const struct journal *j, uint64_t at, uint64_t want, uint64_t *end,
    size_t *bytes)
{
	uint64_t first;
	uint32_t count;

	if (at + JOURNAL_PAGE > j->size ||
	    block_peek(j->map + at, &first, &count, bytes) == -1 ||
	    first != want || *bytes > j->size - at)
		return false;
	*end = first + count;
	return true;
}

/* Make room for an entry.  0, or -1 with ENOMEM. */
static int
reserve_entry(struct journal *j)
{
	size_t cap = j->entries_cap > 0 ? 2 * j->entries_cap : 64;
	struct journal_entry *p;

	if (j->entries < j->entries_cap)
		return 0;
	if ((p = realloc(j->entry, cap * sizeof(*p))) == NULL)
		return -1;
	j->entry = p;
	j->entries_cap = cap;
	return 0;
}

static void
add_entry(struct journal *j, uint64_t first, uint64_t at, size_t bytes)
{
	j->entry[j->entries++] = (struct journal_entry){first, at, bytes};
	j->waiting += padded(bytes);
}

/* Is there a whole block of seq WANT at AT, with DIGEST before it? */
static bool
is_next(const struct journal *j, uint64_t at, uint64_t want,
    const uint8_t digest[BLOCK_DIGEST_BYTES], struct block *k)
{
	const char *why;
	uint64_t end;
	size_t bytes;

	return peek(j, at, want, &end, &bytes) &&
	       block_open(k, want, j->map + at, bytes, &why) == 0 &&
	       memcmp(k->before, digest, BLOCK_DIGEST_BYTES) == 0;
}

/* Where is a whole block of a seq from NEXT on?  False: nowhere. */
static bool
any_from(const struct journal *j, uint64_t next)
{
	for (uint64_t at = 0; at < j->size; at += JOURNAL_PAGE) {
		uint64_t first;
		uint32_t count;
		struct block k;
		const char *why;
		size_t bytes;

		if (block_peek(j->map + at, &first, &count, &bytes) == 0 &&
		    first >= next && bytes <= j->size - at &&
		    block_open(&k, first, j->map + at, bytes, &why) == 0)
			return true;
	}
	return false;
}

int
journal_find(
    struct journal *j, uint64_t *head, const uint8_t digest[BLOCK_DIGEST_BYTES])
{
	uint8_t before[BLOCK_DIGEST_BYTES];
	uint64_t at, next = *head + 1;
	struct block k;

	j->entries = 0;
	j->waiting = 0;
	j->found = (struct window_view){.first = next, .next = next};
	if (attach(j) == -1)
		return errno == ENOENT || errno == EAGAIN ? 0 : -1;
	memcpy(before, digest, sizeof(before));
	/* The first may be anywhere; each other one comes behind the one
	 * before, or at the ring's begin. */
	for (at = 0; at < j->size && !is_next(j, at, next, before, &k);)
		at += JOURNAL_PAGE;
	j->found.at = at;
	while (is_next(j, at, next, before, &k) ||
	       is_next(j, at = 0, next, before, &k)) {
		if (block_digest(&k, before) == -1)
			break;
		if (reserve_entry(j) == -1)
			return -1;
		add_entry(j, next, at, k.bytes);
		next += k.count;
		at += padded(k.bytes);
	}
	j->found.next = next;
	*head = next - 1;
	/* A block is only written when the one before it is on disk. */
	if (any_from(j, next)) {
		errno = EBADMSG;
		return -1;
	}
	return 0;
}

/* Where BYTES would go; false: nowhere. */
static bool
room(const struct journal *j, size_t bytes, uint64_t *at)
{
	size_t len = padded(bytes);
	uint64_t tail = j->entries > 0 ? j->entry[0].at : 0;

	*at = j->at;
	if (j->torn)
		return false;
	if (j->entries > 0 && j->at <= tail)
		return len <= tail - j->at;
	if (len <= j->size - j->at)
		return true;
	*at = 0;
	return j->entries == 0 ? len <= j->size : len <= tail;
}

bool
journal_fits(const struct journal *j, size_t bytes)
{
	uint64_t at;

	return room(j, bytes, &at);
}

int
journal_append(struct journal *j, const struct block *k, struct buf *b)
{
	size_t len = padded(b->len);
	uint64_t at;

	if (!room(j, b->len, &at))
		return ENOSPC;
	if (buf_reserve(b, len - b->len) == -1 || reserve_entry(j) == -1)
		return ENOMEM;
	memset(b->p + b->len, 0, len - b->len);
	/* D1: nothing of it is on disk. */
	if (file_write_at(j->fd, b->p, len, (off_t)at) == -1) {
		j->torn = true;
		return errno;
	}
	/* Whatever the reason, what is on disk now is not known. */
	if (fdatasync(j->fd) == -1)
		return EIO;
	/* D2: on disk, and from here on visible to readers. */
	add_entry(j, k->first_seq, at, b->len);
	j->at = at + len;
	window_advance(j->window, k->first_seq + k->count);
	return 0;
}

int
journal_entries(const struct journal *j, struct journal_entry **list, size_t *n)
{
	if ((*list = calloc(j->entries + 1, sizeof(**list))) == NULL)
		return -1;
	*n = j->entries;
	if (*n > 0)
		memcpy(*list, j->entry, *n * sizeof(**list));
	return 0;
}

void
journal_read(const struct journal *j, const struct journal_entry *e, void *to)
{
	memcpy(to, j->map + e->at, e->bytes);
}

void
journal_trim(const struct journal *j)
{
	(void)madvise((void *)(uintptr_t)j->map, j->size, MADV_DONTNEED);
}

static struct window_view
view(const struct journal *j)
{
	return j->window != NULL ? window_view(j->window) : j->found;
}

uint64_t
journal_first(const struct journal *j)
{
	return view(j).first;
}

uint64_t
journal_next(const struct journal *j)
{
	return view(j).next;
}

void
journal_moved(struct journal *j, size_t n, uint64_t next)
{
	for (size_t i = 0; i < n; i++)
		j->waiting -= padded(j->entry[i].bytes);
	j->entries -= n;
	if (n > 0)
		memmove(j->entry, j->entry + n, j->entries * sizeof(*j->entry));
	if (j->entries > 0) {
		window_moved(j->window, j->entry[0].first, j->entry[0].at);
		return;
	}
	if (j->torn || j->at == j->size)
		j->at = 0;
	j->torn = false;
	window_advance(j->window, next);
	window_moved(j->window, next, j->at);
}

bool
journal_live(struct journal *j)
{
	char path[PATH_MAX];
	pid_t writer;

	if (j->window != NULL)
		return true;
	if (attach(j) == -1 || path_of(j, "writer.lock", path) == -1 ||
	    (writer = file_lock_holder(path)) == 0)
		return false;
	j->window = window_open(j->dir, writer);
	return j->window != NULL;
}

bool
journal_ends_before(const struct journal *j, uint64_t seq)
{
	return j->window != NULL && window_next(j->window) <= seq;
}

/* Copy the block at AT, behind FIRST and its length.  0 or errno. */
static int
copy(const struct journal *j, uint64_t first, uint64_t at, size_t bytes,
    struct buf *b)
{
	uint64_t head[2] = {first, bytes};

	return buf_put(b, head, sizeof(head)) == -1 ||
		       buf_put(b, j->map + at, bytes) == -1
		   ? errno
		   : 0;
}

int
journal_copy(struct journal *j, uint64_t from, uint64_t behind,
    struct journal_place *place, size_t more_bytes, struct buf *b)
{
	struct window_view v = view(j);
	struct journal_place at = {v.first, v.at};
	size_t begun = b->len, bytes;
	uint64_t end;
	int rc = 0;

	if (j->map == NULL || (behind > 0 ? behind : from) < v.first)
		return 0;
	if (place->seq >= v.first && place->seq <= from)
		at = *place;
	while (at.seq < v.next && rc == 0) {
		if (!peek(j, at.at, at.seq, &end, &bytes)) {
			at.at = 0;
			if (!peek(j, 0, at.seq, &end, &bytes)) {
				at.seq = 0;
				break;
			}
		}
		if (behind > 0 ? at.seq > behind : end > from) {
			if (b->len > begun &&
			    b->len - begun + bytes > more_bytes)
				break;
			rc = copy(j, at.seq, at.at, bytes, b);
		}
		at = (struct journal_place){end, at.at + padded(bytes)};
	}
	/* Was it written over meanwhile?  Then LMDB has it. */
	if (rc != 0 || (j->window != NULL && !window_same(j->window, &v))) {
		b->len = begun;
		at.seq = 0;
	}
	*place = at;
	return rc;
}
