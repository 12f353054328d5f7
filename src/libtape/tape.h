#ifndef TAPE_TAPE_H
#define TAPE_TAPE_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What one encoder sent, octet by octet and when, in a file: the word
 * "weirwire", a version (1) and the length of the stream key that was taken out
 * (0: none was); then for each piece that came its time in microseconds since
 * the connection began (64 bits), its length (32 bits, at least 1) and its
 * octets.  Numbers are little-endian.
 */
enum { TAPE_MAX_PIECE = 65536, TAPE_MAX_KEY = 255 };

/* What stands where a key was: as much of this, again and again, as it takes.
 */
#define TAPE_NO_KEY "KEY-REMOVED-"

struct tape_writer;

/*
 * Make file NAME, which must be new, inside DIR_FD; readable by its owner
 * only.  NULL with errno.
 */
struct tape_writer *tape_make(int dir_fd, const char *name);

/*
 * Octets P came at AT_US, which does not go back.  Nothing is written until
 * the key is known, or cannot be found any more: then it is taken out wherever
 * it stands.  With KEEP_KEY all stays.  0, or -1 with errno.
 */
int tape_put(
    struct tape_writer *w, uint64_t at_us, struct str p, bool keep_key);

/* The connection is over.  0, or -1 with errno: not all of it is in the file.
 */
int tape_close(struct tape_writer *w);

struct tape;

/* Read the file at PATH.  NULL with errno: EBADMSG, it is none, or as open(2).
 */
struct tape *tape_open(const char *path);
void tape_end(struct tape *t);

/* How long the key was that was taken out; 0: none was. */
size_t tape_key_len(const struct tape *t);

/*
 * The next piece, valid until the next call, with KEY, of tape_key_len()
 * octets, where one was; KEY may be NULL.  1, 0 at the end, or -1 with errno:
 * EBADMSG (the file breaks off, or is damaged) or as read(2).
 */
int tape_next(
    struct tape *t, const char *key, uint64_t *at_us, struct str *piece);

#endif
