#ifndef SEGMENT_STORE_H
#define SEGMENT_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * The files of one broadcast: $WEIR_STATE/media/<broadcast>/, a folder for
 * each track in it.  A file comes into being whole: see docs/durability.md.
 */
struct store;

/*
 * Open the folder of BROADCAST, made when missing, and lock it: while
 * another process holds it, wait for up to a few seconds.  0, or -1 after
 * reporting the cause.
 */
int store_open(struct store **s, const char *broadcast);
void store_close(struct store *s);

/* The descriptor of the folder, which stays the store's. */
int store_folder(const struct store *s);

/*
 * How long segments of this broadcast may be, in microseconds, as an
 * earlier process promised; 0: none did.
 */
uint64_t store_promise(const struct store *s);

/* Keep that promise on disk.  0, or -1 after reporting the cause. */
int store_set_promise(struct store *s, uint64_t promise_us);

/* A track's folder. */
struct store_track {
	int fd;
	uint64_t run; /* the last one that is there; 0: none */
	uint64_t msn; /* the first one that is not */
};

/*
 * Open the folder of track NAME, made when missing; see what an earlier
 * process left there, and remove what it left half written, but for segment
 * GROWING.  0, or -1 after reporting the cause.
 */
int store_track(
    struct store *s, const char *name, uint64_t growing, struct store_track *t);

/*
 * The newest segment of T was never told of: let it be one that grows.  0, or
 * -1 with errno.
 */
int store_unfinish(struct store_track *t);

/*
 * Make file NAME in T of the N pieces at V, which are changed: all of it is
 * on disk before it bears its name.  0, or -1 after reporting the cause,
 * with nothing left of it.
 */
int store_put(
    const struct store_track *t, const char *name, struct iovec *v, int n);

/* The same piece by piece: a file that grows under a name of its own. */
struct store_file {
	int fd; /* -1: there is none */
	char name[48];
};
int store_begin(
    const struct store_track *t, const char *name, struct store_file *f);
/* As store_begin(), with what is there; -1 with errno, not reported. */
int store_resume(
    const struct store_track *t, const char *name, struct store_file *f);
int store_add(struct store_file *f, struct iovec *v, int n);
int store_end(const struct store_track *t, struct store_file *f);

/* The next process is to go on with F: see store_resume(). */
void store_leave(struct store_file *f);

/* What there is of F is not wanted. */
void store_drop(const struct store_track *t, struct store_file *f);

#endif
