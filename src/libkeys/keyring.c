#include "keyring.h"
#include "file.h"
#include "keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KEPT = 256,
	/* To sync so many files one by one is quicker than the file system. */
	UNSYNCED = 4
};

/* A key that was used lately, so that it need not be read for every event. */
struct kept {
	char name[KEYFILE_NAME_SIZE]; /* empty: none */
	struct key key;
};

struct keyring {
	char dir[PATH_MAX]; /* of a reader */
	int fd;             /* of the directory; a reader's -1 until there */
	struct kept *kept;  /* KEPT of them, in locked memory; a writer's */
	char unsynced[UNSYNCED][KEYFILE_NAME_SIZE];
	size_t made; /* since keyring_sync(); the first of them UNSYNCED */
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
	/* D40: the one before may have been killed before it did this. */
	if (syncfs(k->fd) == -1)
		goto err;
	/* What cannot be locked is still not dumped, and wiped at the end. */
	if ((k->kept = sodium_allocarray(KEPT, sizeof(*k->kept))) == NULL) {
		errno = ENOMEM;
		goto err;
	}
	sodium_memzero(k->kept, KEPT * sizeof(*k->kept));
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
	sodium_free(k->kept);
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

	return &k->kept[strtoul(digits, NULL, 16)];
}

static void
keep(struct keyring *k, const char name[KEYFILE_NAME_SIZE],
    const struct key *key)
{
	struct kept *at = place(k, name);

	memcpy(at->name, name, sizeof(at->name));
	at->key = *key;
}

int
keyring_find(struct keyring *k, struct str subject, struct key *out)
{
	char name[KEYFILE_NAME_SIZE];
	int n;

	keyfile_name(name, subject);
	if (k->kept != NULL && strcmp(place(k, name)->name, name) == 0) {
		*out = place(k, name)->key;
		return 1;
	}
	if (enter(k) == -1)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	if ((n = keyfile_read(k->fd, name, out)) == 1 && k->kept != NULL)
		keep(k, name, out);
	return n;
}

int
keyring_make(struct keyring *k, struct str subject, struct key *out)
{
	char name[KEYFILE_NAME_SIZE];
	struct key key;

	keyfile_name(name, subject);
	randombytes_buf(key.bytes, sizeof(key.bytes));
	key_mark(&key);
	if (keyfile_write(k->fd, name, &key) == -1) {
		key_wipe(&key);
		return -1;
	}
	if (k->made < UNSYNCED)
		memcpy(k->unsynced[k->made], name, sizeof(name));
	k->made++;
	keep(k, name, &key);
	*out = key;
	key_wipe(&key);
	return 0;
}

int
keyring_sync(struct keyring *k)
{
	if (k->made == 0)
		return 0;
	if (k->made > UNSYNCED) {
		if (syncfs(k->fd) == -1)
			return -1;
	} else {
		for (size_t i = 0; i < k->made; i++)
			if (keyfile_sync(k->fd, k->unsynced[i]) == -1)
				return -1;
		if (fsync(k->fd) == -1)
			return -1;
	}
	/* D41: certain, and nothing is sealed under it on disk yet. */
	k->made = 0;
	return 0;
}

int
keyring_destroy(struct keyring *k, struct str subject)
{
	char name[KEYFILE_NAME_SIZE];
	struct kept *at;

	keyfile_name(name, subject);
	at = place(k, name);
	if (strcmp(at->name, name) == 0)
		sodium_memzero(at, sizeof(*at));
	return keyfile_destroy(k->fd, name);
}
