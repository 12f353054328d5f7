#ifndef LOG_SUBJECTS_H
#define LOG_SUBJECTS_H

#include "log.h"

#include <stdbool.h>

/*
 * Subjects and where they stand, in memory: those that changed since the
 * index was written, and some that did not, kept to be found again.
 */
struct subjects;

struct subject {
	struct log_subject now;
	bool changed; /* since the index was last written */
	size_t place; /* free for whoever walks over them */
	size_t len;
	char name[]; /* LEN bytes */
};

struct subjects *subjects_open(void);
void subjects_close(struct subjects *t);

/* The entry of NAME, or NULL. */
struct subject *subjects_find(const struct subjects *t, struct str name);

/* A new entry for NAME, which is not there.  NULL with errno ENOMEM. */
struct subject *subjects_add(struct subjects *t, struct str name);

size_t subjects_count(const struct subjects *t);

/* Forget all of them. */
void subjects_reset(struct subjects *t);

/* The entries that changed, in byte order; *N of them.  Free the array. */
struct subject **subjects_changed(const struct subjects *t, size_t *n);

#endif
