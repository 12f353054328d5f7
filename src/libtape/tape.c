#include "tape.h"
#include "buf.h"
#include "key.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	VERSION = 1,
	HEAD_BYTES = 16,
	PIECE_BYTES = 12,
	/* An encoder has said what it publishes to by then. */
	KEY_WITHIN = 65536
};

static const char magic[] = {'w', 'e', 'i', 'r', 'w', 'i', 'r', 'e'};

struct tape_writer {
	FILE *file;
	bool begun;
	struct buf waiting; /* for the key, or for the rest of one */
	uint64_t at_us;     /* of the newest octet in it */
	char key[TAPE_MAX_KEY];
	size_t key_len;
};

struct tape_writer *
tape_make(int dir_fd, const char *name)
{
	struct tape_writer *w = calloc(1, sizeof(*w));
	int fd;

	if (w == NULL)
		return NULL;
	fd =
	    openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		goto free_writer;
	if ((w->file = fdopen(fd, "w")) == NULL)
		goto close_fd;
	buf_init(&w->waiting, KEY_WITHIN + TAPE_MAX_PIECE);
	return w;

close_fd:
	(void)close(fd);
free_writer:
	free(w);
	return NULL;
}

static int
write_head(struct tape_writer *w)
{
	uint8_t head[HEAD_BYTES];
	uint32_t version = htole32(VERSION);
	uint32_t key_len = htole32((uint32_t)w->key_len);

	memcpy(head, magic, sizeof(magic));
	memcpy(head + 8, &version, sizeof(version));
	memcpy(head + 12, &key_len, sizeof(key_len));
	w->begun = true;
	return fwrite(head, sizeof(head), 1, w->file) == 1 ? 0 : -1;
}

static int
write_piece(struct tape_writer *w, const char *p, size_t len)
{
	uint64_t at_us = htole64(w->at_us);
	uint32_t bytes = htole32((uint32_t)len);
	uint8_t head[PIECE_BYTES];

	memcpy(head, &at_us, sizeof(at_us));
	memcpy(head + 8, &bytes, sizeof(bytes));
	return fwrite(head, sizeof(head), 1, w->file) == 1 &&
		       fwrite(p, len, 1, w->file) == 1
		   ? 0
		   : -1;
}

/* Write what waits but its last HOLD octets. */
static int
write_waiting(struct tape_writer *w, size_t hold)
{
	char *p = (char *)w->waiting.p;
	size_t left = w->waiting.len - hold, n;

	if (!w->begun && write_head(w) == -1)
		return -1;
	for (; left > 0; p += n, left -= n) {
		n = left < TAPE_MAX_PIECE ? left : TAPE_MAX_PIECE;
		if (write_piece(w, p, n) == -1)
			return -1;
	}
	if (hold > 0)
		memmove(w->waiting.p, p, hold);
	w->waiting.len = hold;
	/* Whoever looks finds what came. */
	return fflush(w->file) == 0 ? 0 : -1;
}

static struct str
key_of(const struct tape_writer *w)
{
	return (struct str){w->key, w->key_len};
}

int
tape_put(struct tape_writer *w, uint64_t at_us, struct str p, bool keep_key)
{
	struct str key;

	if (buf_putstr(&w->waiting, p) == -1)
		return -1;
	w->at_us = at_us;
	if (!w->begun && !keep_key && key_find(buf_str(&w->waiting), &key) &&
	    key.len <= TAPE_MAX_KEY) {
		memcpy(w->key, key.p, key.len);
		w->key_len = key.len;
	} else if (!w->begun && !keep_key && w->waiting.len < KEY_WITHIN) {
		return 0;
	}
	key_replace(
	    (char *)w->waiting.p, w->waiting.len, key_of(w), STR(TAPE_NO_KEY));
	return write_waiting(w, key_tail(buf_str(&w->waiting), key_of(w)));
}

int
tape_close(struct tape_writer *w)
{
	int rc, error;

	if (w == NULL)
		return 0;
	rc = write_waiting(w, 0);
	error = errno;
	if (fclose(w->file) != 0) {
		rc = -1;
		error = errno;
	}
	buf_fini(&w->waiting);
	free(w);
	errno = error;
	return rc;
}

struct tape {
	FILE *file;
	size_t key_len;
	uint64_t at_us;
	char piece[TAPE_MAX_PIECE];
};

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

static int
read_head(struct tape *t)
{
	uint8_t head[HEAD_BYTES];
	uint32_t version, key_len;

	if (fread(head, sizeof(head), 1, t->file) != 1)
		return ferror(t->file) ? -1 : bad();
	memcpy(&version, head + 8, sizeof(version));
	memcpy(&key_len, head + 12, sizeof(key_len));
	t->key_len = le32toh(key_len);
	if (memcmp(head, magic, sizeof(magic)) != 0 ||
	    le32toh(version) != VERSION || t->key_len > TAPE_MAX_KEY)
		return bad();
	return 0;
}

struct tape *
tape_open(const char *path)
{
	struct tape *t = calloc(1, sizeof(*t));
	int error;

	if (t == NULL)
		return NULL;
	if ((t->file = fopen(path, "re")) != NULL && read_head(t) == 0)
		return t;
	error = errno;
	tape_end(t);
	errno = error;
	return NULL;
}

void
tape_end(struct tape *t)
{
	if (t == NULL)
		return;
	if (t->file != NULL)
		(void)fclose(t->file);
	free(t);
}

size_t
tape_key_len(const struct tape *t)
{
	return t->key_len;
}

/* The text that stands where the key was. */
static struct str
no_key(const struct tape *t, char dst[TAPE_MAX_KEY])
{
	static const char text[] = TAPE_NO_KEY;

	for (size_t i = 0; i < t->key_len; i++)
		dst[i] = text[i % (sizeof(text) - 1)];
	return (struct str){dst, t->key_len};
}

int
tape_next(struct tape *t, const char *key, uint64_t *at_us, struct str *piece)
{
	char mark[TAPE_MAX_KEY];
	uint8_t head[PIECE_BYTES];
	size_t got = fread(head, 1, sizeof(head), t->file);
	uint64_t at;
	uint32_t bytes;

	if (got == 0 && !ferror(t->file))
		return 0;
	if (got < sizeof(head))
		return ferror(t->file) ? -1 : bad();
	memcpy(&at, head, sizeof(at));
	memcpy(&bytes, head + 8, sizeof(bytes));
	at = le64toh(at);
	bytes = le32toh(bytes);
	if (bytes == 0 || bytes > TAPE_MAX_PIECE || at < t->at_us)
		return bad();
	if (fread(t->piece, bytes, 1, t->file) != 1)
		return ferror(t->file) ? -1 : bad();
	if (key != NULL)
		key_replace(t->piece, bytes, no_key(t, mark),
		    (struct str){key, t->key_len});
	*at_us = t->at_us = at;
	*piece = (struct str){t->piece, bytes};
	return 1;
}
