#ifndef EACH_LETTERS_H
#define EACH_LETTERS_H

#include "buf.h"
#include "work.h"

/* Append the line that tells of K, which became a dead letter now. */
int letters_compose(const struct work *k, struct buf *b);

/* The dead letters of the state in DIR onto stdout.  An exit code. */
int letters_list(const char *dir);

/*
 * Put the one whose event has the id or the seq WHICH back, or "all".  An
 * exit code.
 */
int letters_retry(const char *dir, const char *which);

#endif
