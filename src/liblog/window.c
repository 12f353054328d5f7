#include "window.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096 };

static const char magic[8] = "WWIN1\n";

/* Where the journal's part began after a move. */
struct slot {
	atomic_uint_fast64_t first, at;
};

/*
 * The shared page, in this host's byte order.  Of the two slots TURN's lowest
 * bit names the one in force, so a writer that is killed between two stores
 * leaves a whole one.
 */
struct page {
	char magic[8];
	atomic_uint_fast64_t writer, next, turn;
	struct slot slot[2];
};

struct window {
	struct page *page;
};

static struct window *
map(int fd, int protection)
{
	struct window *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->page = mmap(NULL, PAGE_BYTES, protection, MAP_SHARED, fd, 0);
	if (w->page == MAP_FAILED) {
		free(w);
		return NULL;
	}
	return w;
}

/* The page's file in DIR.  -1 with errno. */
static int
open_file(const char *dir, int flags)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/journal.window", dir) >=
	    sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, flags | O_CLOEXEC, 0660);
}

struct window *
window_open(const char *dir, pid_t writer)
{
	int fd = open_file(dir, O_RDONLY), saved;
	struct window *w = NULL;

	if (fd == -1)
		return NULL;
	/* A page that is not there cannot be touched. */
	if (lseek(fd, 0, SEEK_END) < PAGE_BYTES)
		errno = EAGAIN;
	else if ((w = map(fd, PROT_READ)) != NULL &&
		 (memcmp(w->page->magic, magic, sizeof(magic)) != 0 ||
		     atomic_load(&w->page->writer) != (uint64_t)writer)) {
		window_close(w);
		w = NULL;
		errno = EAGAIN;
	}
	saved = errno;
	(void)close(fd);
	errno = saved;
	return w;
}

struct window *
window_make(const char *dir)
{
	static const char zeroes[PAGE_BYTES];
	int fd = open_file(dir, O_RDWR | O_CREAT), saved;
	struct window *w = NULL;

	if (fd == -1)
		return NULL;
	/* Bytes that are written have their place on the disk: a store into
	 * the page of a file that has none can be refused with a signal. */
	if (lseek(fd, 0, SEEK_END) >= PAGE_BYTES ||
	    file_write(fd, zeroes, sizeof(zeroes)) == 0)
		w = map(fd, PROT_READ | PROT_WRITE);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return w;
}

void
window_close(struct window *w)
{
	if (w == NULL)
		return;
	(void)munmap(w->page, PAGE_BYTES);
	free(w);
}

struct window_view
window_view(const struct window *w)
{
	struct window_view v;
	const struct slot *s;

	do {
		v.turn = atomic_load(&w->page->turn);
		s = &w->page->slot[v.turn % 2];
		v.first = atomic_load(&s->first);
		v.at = atomic_load(&s->at);
		v.next = atomic_load(&w->page->next);
	} while (!window_same(w, &v));
	return v;
}

uint64_t
window_next(const struct window *w)
{
	return atomic_load(&w->page->next);
}

bool
window_same(const struct window *w, const struct window_view *view)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load(&w->page->turn) == view->turn;
}

void
window_advance(struct window *w, uint64_t next)
{
	atomic_store(&w->page->next, next);
}

void
window_moved(struct window *w, uint64_t first, uint64_t at)
{
	uint64_t turn = atomic_load(&w->page->turn) + 1;
	struct slot *s = &w->page->slot[turn % 2];

	atomic_store(&s->first, first);
	atomic_store(&s->at, at);
	atomic_store(&w->page->turn, turn);
	memcpy(w->page->magic, magic, sizeof(magic));
	atomic_store(&w->page->writer, (uint64_t)getpid());
}
