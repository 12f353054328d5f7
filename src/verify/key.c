#include "key.h"
#include "file.h"
#include "hex.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char secret_word[] = "weir-secret-key-1 ";
static const char public_word[] = "weir-public-key-1 ";

enum { LINE_MAX_BYTES = 32 + 2 * KEY_SECRET_BYTES };

/* WORD and N bytes at P as a line into a new file PATH.  0, or -1. */
static int
save(
    const char *path, mode_t mode, const char *word, const uint8_t *p, size_t n)
{
	char line[LINE_MAX_BYTES];
	size_t len = strlen(word);
	int fd, saved;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd == -1)
		return -1;
	memcpy(line, word, len);
	hex_encode(line + len, p, n);
	len += 2 * n;
	line[len++] = '\n';
	/* The mode, whatever the mask says. */
	if (fchmod(fd, mode) == -1 || file_write(fd, line, len) == -1 ||
	    fsync(fd) == -1)
		goto err;
	sodium_memzero(line, sizeof(line));
	return close(fd);
err:
	saved = errno;
	sodium_memzero(line, sizeof(line));
	(void)close(fd);
	(void)unlink(path);
	errno = saved;
	return -1;
}

int
key_make(const char *path)
{
	char pub[PATH_MAX];
	struct key_secret secret;
	struct key_public public;
	int rc, saved;

	if (sodium_init() == -1) {
		errno = ENOSYS;
		return -1;
	}
	if ((size_t)snprintf(pub, sizeof(pub), "%s.pub", path) >= sizeof(pub)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	(void)crypto_sign_keypair(public.bytes, secret.bytes);
	rc = save(path, 0600, secret_word, secret.bytes, sizeof(secret.bytes));
	key_wipe(&secret);
	if (rc == -1)
		return -1;
	if (save(pub, 0644, public_word, public.bytes, sizeof(public.bytes)) ==
	    0)
		return file_sync_parent(path);
	saved = errno;
	(void)unlink(path);
	errno = saved;
	return -1;
}

/* Exactly one line of WORD and N bytes from FD into P.  0, or -1. */
static int
load(int fd, const char *word, uint8_t *p, size_t n)
{
	size_t at = strlen(word);
	struct buf b;
	int rc;

	buf_init(&b, LINE_MAX_BYTES);
	if ((rc = file_read(fd, &b)) == -1 && errno == EMSGSIZE)
		errno = EBADMSG;
	if (rc == 0 && (b.len != at + 2 * n + 1 || b.p[b.len - 1] != '\n' ||
			   memcmp(b.p, word, at) != 0 ||
			   hex_decode(p, (const char *)b.p + at, n) == -1)) {
		errno = EBADMSG;
		rc = -1;
	}
	if (b.p != NULL)
		sodium_memzero(b.p, b.len);
	buf_fini(&b);
	return rc;
}

int
key_load_secret(struct key_secret *k, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc, saved;
	struct stat st;

	if (fd == -1)
		return -1;
	rc = fstat(fd, &st);
	if (rc == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		errno = EPERM;
		rc = -1;
	}
	if (rc == 0)
		rc = load(fd, secret_word, k->bytes, sizeof(k->bytes));
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

int
key_load_public(struct key_public *k, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc, saved;

	if (fd == -1)
		return -1;
	rc = load(fd, public_word, k->bytes, sizeof(k->bytes));
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

void
key_wipe(struct key_secret *k)
{
	sodium_memzero(k, sizeof(*k));
}

void
key_sign(const struct key_secret *k, struct str text,
    uint8_t signature[KEY_SIGNATURE_BYTES])
{
	(void)crypto_sign_detached(
	    signature, NULL, (const unsigned char *)text.p, text.len, k->bytes);
}

int
key_check(const struct key_public *k, struct str text,
    const uint8_t signature[KEY_SIGNATURE_BYTES])
{
	if (crypto_sign_verify_detached(signature,
		(const unsigned char *)text.p, text.len, k->bytes) == 0)
		return 0;
	errno = EBADMSG;
	return -1;
}
