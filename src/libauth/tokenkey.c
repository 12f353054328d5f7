#include "tokenkey.h"

#include "clock.h"
#include "file.h"
#include "hex.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Eight digits of time, a hyphen, eight of chance, all hexadecimal. */
enum { HALF = 8, RANDOM_BYTES = 4 };

bool
tokenkey_is_id(struct str s)
{
	if (s.len != TOKENKEY_ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i == HALF ? s.p[i] != '-'
			      : !(s.p[i] >= '0' && s.p[i] <= '9') &&
				    !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

uint64_t
tokenkey_made_s(const char kid[TOKENKEY_ID_SIZE])
{
	return strtoull(kid, NULL, 16);
}

/* The path of "KID SUFFIX" in DIR.  0, or -1 with errno. */
static int
path_of(
    char path[PATH_MAX], const char *dir, const char *kid, const char *suffix)
{
	if (!tokenkey_is_id(str_from(kid))) {
		errno = ENOENT;
		return -1;
	}
	if ((size_t)snprintf(path, PATH_MAX, "%s/%s%s", dir, kid, suffix) <
	    PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* All N bytes at P into a new file at PATH, whatever the mask says. */
static int
save(const char *path, mode_t mode, const char *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int saved;

	if (fd == -1)
		return -1;
	if (file_write(fd, p, n) == 0 && fchmod(fd, mode) == 0 &&
	    fsync(fd) == 0)
		return close(fd);
	saved = errno;
	(void)close(fd);
	(void)unlink(path);
	errno = saved;
	return -1;
}

/* What WRITE puts of KEY as PEM into a new file.  0, or -1 with errno. */
static int
save_pem(const char *path, mode_t mode, EVP_PKEY *key, bool secret)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *pem;
	long n;
	int rc = -1;

	errno = ENOMEM;
	if (bio == NULL)
		return -1;
	if ((secret ? PEM_write_bio_PKCS8PrivateKey(
			  bio, key, NULL, NULL, 0, NULL, NULL)
		    : PEM_write_bio_PUBKEY(bio, key)) == 1 &&
	    (n = BIO_get_mem_data(bio, &pem)) > 0)
		rc = save(path, mode, pem, (size_t)n);
	BIO_free(bio);
	return rc;
}

static int
make_id(char kid[TOKENKEY_ID_SIZE])
{
	uint8_t chance[RANDOM_BYTES];

	if (sodium_init() == -1) {
		errno = ENOSYS;
		return -1;
	}
	randombytes_buf(chance, sizeof(chance));
	(void)snprintf(kid, TOKENKEY_ID_SIZE, "%08" PRIx32 "-",
	    (uint32_t)(clock_real_us() / 1000000));
	hex_encode(kid + HALF + 1, chance, sizeof(chance));
	return 0;
}

int
tokenkey_make(const char *dir, char kid[TOKENKEY_ID_SIZE])
{
	char secret[PATH_MAX], public[PATH_MAX];
	EVP_PKEY *key;
	int rc, saved;

	if (mkdir(dir, 0755) == -1 && errno != EEXIST)
		return -1;
	if (make_id(kid) == -1 || path_of(secret, dir, kid, ".key") == -1 ||
	    path_of(public, dir, kid, ".pub") == -1)
		return -1;
	if ((key = EVP_EC_gen("P-256")) == NULL) {
		errno = ENOMEM;
		return -1;
	}
	/* The public one last: a token is never checked by half a key. */
	if ((rc = save_pem(secret, 0600, key, true)) == 0 &&
	    (rc = save_pem(public, 0644, key, false)) == -1) {
		saved = errno;
		(void)unlink(secret);
		errno = saved;
	}
	EVP_PKEY_free(key);
	return rc == 0 ? file_sync_parent(secret) : -1;
}

static int
is_public(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n == TOKENKEY_ID_SIZE - 1 + 4 &&
	       strcmp(d->d_name + n - 4, ".pub") == 0 &&
	       tokenkey_is_id((struct str){d->d_name, n - 4});
}

int
tokenkey_each(const char *dir, tokenkey_fn *fn, void *arg)
{
	struct dirent **found;
	int n = scandir(dir, &found, is_public, alphasort), rc = 0;

	if (n == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		char kid[TOKENKEY_ID_SIZE];

		(void)str_copy(kid, sizeof(kid),
		    (struct str){found[i]->d_name, TOKENKEY_ID_SIZE - 1});
		if (rc == 0)
			rc = fn(arg, kid);
		free(found[i]);
	}
	free(found);
	return rc;
}

static int
take(void *arg, const char kid[TOKENKEY_ID_SIZE])
{
	memcpy(arg, kid, TOKENKEY_ID_SIZE);
	return 0;
}

int
tokenkey_newest(const char *dir, char kid[TOKENKEY_ID_SIZE])
{
	char newest[TOKENKEY_ID_SIZE] = "";

	if (tokenkey_each(dir, take, newest) == -1)
		return -1;
	if (newest[0] == '\0') {
		errno = ENOENT;
		return -1;
	}
	memcpy(kid, newest, sizeof(newest));
	return 0;
}

/* The file of KID into OUT, with a NUL behind it. */
static int
load(const char *dir, const char *kid, const char *suffix, mode_t never,
    struct buf *out)
{
	char path[PATH_MAX];
	struct stat st;
	int fd, rc, saved;

	if (path_of(path, dir, kid, suffix) == -1)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return -1;
	if ((rc = fstat(fd, &st)) == 0 &&
	    (!S_ISREG(st.st_mode) || st.st_size > TOKENKEY_MAX_BYTES)) {
		errno = EBADMSG;
		rc = -1;
	} else if (rc == 0 && (st.st_mode & never) != 0) {
		errno = EPERM;
		rc = -1;
	}
	if (rc == 0)
		rc = file_read(fd, out);
	if (rc == 0)
		rc = buf_put(out, "", 1);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

int
tokenkey_secret(const char *dir, const char *kid, struct buf *out)
{
	return load(dir, kid, ".key", S_IRWXG | S_IRWXO, out);
}

int
tokenkey_public(const char *dir, const char *kid, struct buf *out)
{
	return load(dir, kid, ".pub", 0, out);
}

int
tokenkey_remove(const char *dir, const char *kid)
{
	char path[PATH_MAX];

	/* From here on nothing that it signed is any good. */
	if (path_of(path, dir, kid, ".pub") == -1 || unlink(path) == -1 ||
	    path_of(path, dir, kid, ".key") == -1)
		return -1;
	if (unlink(path) == -1 && errno != ENOENT)
		return -1;
	return file_sync_parent(path);
}
