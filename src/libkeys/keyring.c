#include "keyring.h"
#include "file.h"
#include "keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KEPT = 256,
	/* So many are made at the most before they are synced. */
	FRESH = 256,
	/* Up to so many it is quicker to sync files than the file system. */
	FEW = 4,
	FRESH_NAME_SIZE = 32
};

/* A key, and the name of its file; empty: none. */
struct kept {
	char name[KEYFILE_NAME_SIZE];
	struct key key;
};

/* What is in locked memory. */
struct memory {
	struct kept kept[KEPT];   /* used lately: not read for every event */
	struct kept fresh[FRESH]; /* made, and not in its file as yet */
};

struct keyring {
	char dir[PATH_MAX];    /* of a reader */
	int fd;                /* of the directory; a reader's -1 until there */
	struct memory *memory; /* a writer's */
	size_t made; /* those of MEMORY's FRESH, since they were synced */
	bool failed; /* to sync them: what is on disk is not known any more */
};

static struct keyring *
open_any(const char *dir)
{
	struct keyring *k;

	if (sodium_init() == -1) {
		errno = ENOSYS;
		return NULL;
	}
	if ((k = calloc(1, sizeof(*k))) == NULL)
		return NULL;
	k->fd = -1;
	if (str_copy(k->dir, sizeof(k->dir), str_from(dir)) == -1) {
		free(k);
		return NULL;
	}
	return k;
}

/* The directory, when it is there by now. */
static int
enter(struct keyring *k)
{
	if (k->fd == -1)
		k->fd = open(k->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return k->fd;
}

struct keyring *
keyring_open(const char *dir)
{
	return open_any(dir);
}

struct keyring *
keyring_open_writer(const char *dir)
{
	struct keyring *k = open_any(dir);
	struct stat st;

	if (k == NULL)
		return NULL;
	if (file_mkdirs(dir, 0700) == -1 ||
	    (k->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    fstat(k->fd, &st) == -1 ||
	    ((st.st_mode & 077) != 0 && fchmod(k->fd, 0700) == -1) ||
	    file_sync_parent(dir) == -1)
		goto err;
	/* D71: the one before may have been killed before it did this. */
	if (fsync(k->fd) == -1)
		goto err;
	/* What cannot be locked is still not dumped, and wiped at the end. */
	if ((k->memory = sodium_malloc(sizeof(*k->memory))) == NULL) {
		errno = ENOMEM;
		goto err;
	}
	sodium_memzero(k->memory, sizeof(*k->memory));
	return k;
err:
	keyring_close(k);
	return NULL;
}

void
keyring_close(struct keyring *k)
{
	int saved = errno;

	if (k == NULL)
		return;
	sodium_free(k->memory);
	if (k->fd != -1)
		(void)close(k->fd);
	free(k);
	errno = saved;
}

/* Where the key of the file NAME is kept, if it is. */
static struct kept *
place(struct keyring *k, const char name[KEYFILE_NAME_SIZE])
{
	char digits[3] = {name[0], name[1], '\0'};

	return &k->memory->kept[strtoul(digits, NULL, 16)];
}

/* The one that was just made for the file NAME, or NULL. */
static struct kept *
fresh(struct keyring *k, const char name[KEYFILE_NAME_SIZE])
{
	for (size_t i = 0; i < k->made; i++)
		if (strcmp(k->memory->fresh[i].name, name) == 0)
			return &k->memory->fresh[i];
	return NULL;
}

/* The name of the I-th fresh key's file. */
static void
fresh_name(char name[FRESH_NAME_SIZE], size_t i)
{
	(void)snprintf(name, FRESH_NAME_SIZE, "new.%zu", i);
}

int
keyring_find(struct keyring *k, struct str subject, struct key *out)
{
	char name[KEYFILE_NAME_SIZE];
	struct kept *at = NULL;
	int n;

	keyfile_name(name, subject);
	if (k->memory != NULL) {
		if (strcmp(place(k, name)->name, name) == 0)
			at = place(k, name);
		else
			at = fresh(k, name);
	}
	if (at != NULL) {
		*out = at->key;
		return 1;
	}
	if (enter(k) == -1)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	if ((n = keyfile_read(k->fd, name, out)) == 1 && k->memory != NULL) {
		at = place(k, name);
		memcpy(at->name, name, sizeof(at->name));
		at->key = *out;
	}
	return n;
}

int
keyring_make(struct keyring *k, struct str subject, struct key *out)
{
	char file[FRESH_NAME_SIZE];
	struct kept *at;

	if (k->made == FRESH && keyring_sync(k) == -1)
		return -1;
	at = &k->memory->fresh[k->made];
	randombytes_buf(at->key.bytes, sizeof(at->key.bytes));
	key_mark(&at->key);
	fresh_name(file, k->made);
	/* D70: it is not found under this name. */
	if (keyfile_write(k->fd, file, &at->key) == -1)
		return -1;
	keyfile_name(at->name, subject);
	k->made++;
	*out = at->key;
	return 0;
}

static int
sync_fresh(struct keyring *k)
{
	char file[FRESH_NAME_SIZE];

	if (k->made > FEW)
		return syncfs(k->fd);
	for (size_t i = 0; i < k->made; i++) {
		fresh_name(file, i);
		if (keyfile_sync(k->fd, file) == -1)
			return -1;
	}
	return 0;
}

int
keyring_sync(struct keyring *k)
{
	char file[FRESH_NAME_SIZE];

	if (k->made == 0)
		return 0;
	/* To sync again would say that all is well, and know nothing. */
	if (k->failed || sync_fresh(k) == -1)
		goto err;
	for (size_t i = 0; i < k->made; i++) {
		fresh_name(file, i);
		if (renameat(k->fd, file, k->fd, k->memory->fresh[i].name) ==
		    -1)
			goto err;
	}
	if (fsync(k->fd) == -1)
		goto err;
	/* D71: certain, and nothing is sealed under it on disk yet. */
	sodium_memzero(k->memory->fresh, sizeof(k->memory->fresh));
	k->made = 0;
	return 0;
err:
	if (k->failed)
		errno = EIO;
	k->failed = true;
	return -1;
}

int
keyring_destroy(struct keyring *k, struct str subject)
{
	char name[KEYFILE_NAME_SIZE];
	struct kept *at;

	/* What is fresh gets its file first, so that there is one way. */
	if (keyring_sync(k) == -1)
		return -1;
	keyfile_name(name, subject);
	at = place(k, name);
	if (strcmp(at->name, name) == 0)
		sodium_memzero(at, sizeof(*at));
	return keyfile_destroy(k->fd, name);
}
