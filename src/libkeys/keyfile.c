#include "keyfile.h"
#include "crc32c.h"
#include "file.h"
#include "hex.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

static const char magic[4] = {'W', 'K', 'Y', '1'};

void
key_wipe(struct key *k)
{
	sodium_memzero(k, sizeof(*k));
}

void
key_mark(struct key *k)
{
	/* A hash of 256 random bits tells nothing of them. */
	(void)crypto_generichash(
	    k->mark, sizeof(k->mark), k->bytes, sizeof(k->bytes), NULL, 0);
}

void
keyfile_name(char name[KEYFILE_NAME_SIZE], struct str subject)
{
	uint8_t hash[32];

	(void)crypto_generichash(hash, sizeof(hash), (const uint8_t *)subject.p,
	    subject.len, NULL, 0);
	hex_encode(name, hash, sizeof(hash));
}

bool
keyfile_is_name(const char *name)
{
	return strlen(name) == KEYFILE_NAME_SIZE - 1 &&
	       strspn(name, "0123456789abcdef") == KEYFILE_NAME_SIZE - 1;
}

static uint32_t
checksum(const uint8_t file[KEYFILE_BYTES])
{
	return htole32(crc32c(0, file, KEYFILE_BYTES - sizeof(uint32_t)));
}

/*
 * 1; 0 when it is zeros or empty, as what was overwritten and not unlinked;
 * -1 with errno EKEYREJECTED.
 */
static int
decode(const uint8_t *file, size_t len, struct key *out)
{
	static const uint8_t none[KEYFILE_BYTES];
	uint32_t sum;

	if (len <= KEYFILE_BYTES && memcmp(file, none, len) == 0)
		return 0;
	if (len == KEYFILE_BYTES) {
		memcpy(&sum, file + KEYFILE_BYTES - sizeof(sum), sizeof(sum));
		if (memcmp(file, magic, sizeof(magic)) == 0 &&
		    sum == checksum(file)) {
			memcpy(out->bytes, file + sizeof(magic), KEY_BYTES);
			key_mark(out);
			return 1;
		}
	}
	errno = EKEYREJECTED;
	return -1;
}

int
keyfile_read(int dir_fd, const char *name, struct key *out)
{
	uint8_t file[KEYFILE_BYTES + 1];
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), rc;
	ssize_t n;

	if (fd == -1)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	do
		n = read(fd, file, sizeof(file));
	while (n == -1 && errno == EINTR);
	rc = n == -1 ? -1 : decode(file, (size_t)n, out);
	sodium_memzero(file, sizeof(file));
	(void)close(fd);
	return rc;
}

int
keyfile_write(int dir_fd, const char *name, const struct key *k)
{
	uint8_t file[KEYFILE_BYTES];
	int fd, rc, saved;
	uint32_t sum;

	fd = openat(dir_fd, name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	memcpy(file, magic, sizeof(magic));
	memcpy(file + sizeof(magic), k->bytes, KEY_BYTES);
	sum = checksum(file);
	memcpy(file + sizeof(magic) + KEY_BYTES, &sum, sizeof(sum));
	rc = file_write(fd, file, sizeof(file));
	saved = errno;
	sodium_memzero(file, sizeof(file));
	(void)close(fd);
	if (rc == -1)
		(void)unlinkat(dir_fd, name, 0);
	errno = saved;
	return rc;
}

int
keyfile_sync(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), rc;

	if (fd == -1)
		return -1;
	rc = fdatasync(fd);
	(void)close(fd);
	return rc;
}

/* Put zeros over it.  Where the disk is full a copying file system may have
 * no room for them; unlinking is what is left to do. */
static int
overwrite(int fd)
{
	static const uint8_t zeros[KEYFILE_BYTES];

	if (pwrite(fd, zeros, sizeof(zeros), 0) == (ssize_t)sizeof(zeros) &&
	    fdatasync(fd) == 0)
		return 0;
	return errno == ENOSPC || errno == EDQUOT ? 0 : -1;
}

int
keyfile_destroy(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc, there = fd != -1;

	if (fd == -1 && errno != ENOENT)
		return -1;
	if (there) {
		rc = overwrite(fd);
		(void)close(fd);
		if (rc == -1 || unlinkat(dir_fd, name, 0) == -1)
			return -1;
	}
	/* When it is not there, whoever unlinked it may not have come here. */
	return fsync(dir_fd) == -1 ? -1 : there;
}
