#ifndef LOG_WINDOW_H
#define LOG_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Which part of the log lies in the journal and not in LMDB yet: a page that
 * the writer and the readers share (journal.window).  It is a hint that
 * spares readers looking: nothing of it needs to be on disk, and nothing in
 * it is believed that the blocks themselves do not say.
 */
struct window;

/* A view of it at one moment. */
struct window_view {
	uint64_t first; /* seq from which on events are in the journal */
	uint64_t at;    /* where the block that begins with FIRST lies */
	uint64_t next;  /* seq after the last event on disk */
	uint64_t turn;  /* counts the moves of blocks into LMDB */
};

/*
 * The page of the log in DIR, for reading; NULL with errno.  EAGAIN: the
 * process WRITER, which writes the log, has not filled it in yet; what stands
 * there may be of before a power cut.
 */
struct window *window_open(const char *dir, pid_t writer);

/* The same for the writer, made when it is not there. */
struct window *window_make(const char *dir);
void window_close(struct window *w);

struct window_view window_view(const struct window *w);

/* The seq after the last event on disk, which costs next to nothing to ask. */
uint64_t window_next(const struct window *w);

/* Has no block been moved since VIEW?  Then what it told of still lies there.
 */
bool window_same(const struct window *w, const struct window_view *view);

/* The writer's: a block that ends before NEXT is on disk. */
void window_advance(struct window *w, uint64_t next);

/*
 * The writer's: everything before FIRST is in LMDB; where the journal goes on
 * with FIRST is at AT.
 */
void window_moved(struct window *w, uint64_t first, uint64_t at);

#endif
