#include "files.h"

#include "range.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int
files_init(struct files *f, const char *dir)
{
	atomic_init(&f->fd, -1);
	return str_copy(f->dir, sizeof(f->dir), str_from(dir));
}

void
files_fini(struct files *f)
{
	int fd = atomic_exchange(&f->fd, -1);

	if (fd != -1)
		(void)close(fd);
}

/* The directory's descriptor; several threads may look for it at once. */
static int
directory(struct files *f)
{
	int fd = atomic_load(&f->fd), none = -1;

	if (fd != -1)
		return fd;
	fd = open(f->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (atomic_compare_exchange_strong(&f->fd, &none, fd))
		return fd;
	(void)close(fd);
	return none;
}

void
files_renew(struct files *f)
{
	int old = atomic_load(&f->fd);
	int fd =
	    old != -1 ? open(f->dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd == -1)
		return;
	/* Under the old number, since other threads use it at any time. */
	(void)dup3(fd, old, O_CLOEXEC);
	(void)close(fd);
}

int
files_open(struct files *f, const char *name, struct file *out)
{
	/* O_NONBLOCK: a FIFO put in a file's place stops nobody. */
	struct open_how how = {
	    .flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
	struct stat st;
	int dir = directory(f);
	long fd;

	if (dir == -1)
		return -1;
	fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));
	if (fd == -1)
		return -1;
	if (fstat((int)fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close((int)fd);
		errno = ENOENT;
		return -1;
	}
	*out = (struct file){.fd = (int)fd,
	    .bytes = (uint64_t)st.st_size,
	    .modified_s = (uint64_t)st.st_mtim.tv_sec};
	/*
	 * A name's bytes never change once they are there; should an operator
	 * put others in their place, time and size tell.
	 */
	(void)snprintf(out->etag, sizeof(out->etag),
	    "\"%" PRIx64 "-%" PRIx64 "%08lx\"", out->bytes, out->modified_s,
	    (unsigned long)st.st_mtim.tv_nsec & 0xffffffff);
	return 0;
}

void
files_close(struct file *file)
{
	(void)close(file->fd);
}

/* May the range be applied (RFC 9110, 13.1.5)?  Our tags are strong. */
static bool
if_range_holds(const struct head *h, const struct file *file)
{
	char date[REPLY_DATE_SIZE];

	if (h->if_range.len == 0)
		return true;
	reply_date(file->modified_s, date);
	return str_eqz(h->if_range, file->etag) || str_eqz(h->if_range, date);
}

void
files_send(struct exchange *x, const struct file *file, const struct reply *r)
{
	struct range range = {.kind = RANGE_WHOLE};
	struct reply whole = *r;
	char content_range[96];

	whole.etag = file->etag;
	whole.modified_s = file->modified_s;
	whole.ranges = true;
	whole.file = true;
	whole.file_fd = file->fd;
	whole.part_bytes = file->bytes;
	/* The client's own copy is asked for first (RFC 9110, 13.2.2). */
	if (x->head->method == METHOD_GET && x->head->range.len > 0 &&
	    r->status == 200 && x->head->if_none_match.len == 0 &&
	    if_range_holds(x->head, file))
		range = range_parse(x->head->range, file->bytes);
	if (range.kind == RANGE_PART) {
		(void)snprintf(content_range, sizeof(content_range),
		    "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64
		    "\r\n",
		    range.first, range.last, file->bytes);
		whole.status = 206;
		whole.extra = content_range;
		whole.part_offset = range.first;
		whole.part_bytes = range.last - range.first + 1;
	} else if (range.kind == RANGE_BEYOND) {
		(void)snprintf(content_range, sizeof(content_range),
		    "Content-Range: bytes */%" PRIu64 "\r\n", file->bytes);
		reply_text(x, 416, r->fields, "The file has no such range.",
		    content_range);
		return;
	}
	reply_send(x, &whole);
}

const char *
files_type(const char *name)
{
	static const struct {
		const char *ending, *type;
	} types[] = {
	    {".css", "text/css; charset=utf-8"},
	    {".gif", "image/gif"},
	    {".html", "text/html; charset=utf-8"},
	    {".ico", "image/x-icon"},
	    {".jpg", "image/jpeg"},
	    {".js", "text/javascript; charset=utf-8"},
	    {".json", "application/json"},
	    {".map", "application/json"},
	    {".mjs", "text/javascript; charset=utf-8"},
	    {".png", "image/png"},
	    {".svg", "image/svg+xml"},
	    {".txt", "text/plain; charset=utf-8"},
	    {".wasm", "application/wasm"},
	    {".webmanifest", "application/manifest+json"},
	    {".webp", "image/webp"},
	    {".woff2", "font/woff2"},
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(*types);
	     i++)
		if (strcmp(dot, types[i].ending) == 0)
			return types[i].type;
	return "application/octet-stream";
}
