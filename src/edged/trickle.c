#include "trickle.h"

#include "wait.h"

#include <sys/stat.h>

enum { WAIT_TARGETS = 3 };

/* Which octets of which segment are waited for. */
struct awaited {
	uint64_t msn, sent;
};

/* How many octets of segment MSN were told in E. */
static uint64_t
told(const struct edition *e, uint64_t msn)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < e->files; i++)
		if (e->part[i].msn == msn)
			bytes = e->part[i].offset + e->part[i].bytes;
	return bytes;
}

static bool
is_over(const struct edition *e, uint64_t msn)
{
	return e->ended || e->growing_msn > msn;
}

static bool
goes_on(const struct edition *e, const void *arg)
{
	const struct awaited *a = arg;

	return is_over(e, a->msn) || told(e, a->msn) > a->sent;
}

/*
 * Is FD now the whole segment that R asks for?  Its writer may have been
 * killed, and another one have begun it anew.
 */
static bool
is_whole(struct site *site, const struct route *r, int fd, uint64_t *bytes)
{
	struct stat have, named;
	struct file file;
	bool same;

	if (files_open(site->media, r->file, &file) == -1)
		return false;
	same = fstat(fd, &have) == 0 && fstat(file.fd, &named) == 0 &&
	       have.st_ino == named.st_ino && have.st_dev == named.st_dev;
	*bytes = file.bytes;
	files_close(&file);
	return same;
}

/* What was begun cannot be finished, and whoever reads it must see that. */
static void
cut(struct exchange *x)
{
	x->cut = true;
	x->keep = false;
}

/* The rest of the segment, which has ended. */
static void
finish(struct site *site, struct exchange *x, const struct route *r, int fd,
    uint64_t sent)
{
	uint64_t bytes;

	if (!is_whole(site, r, fd, &bytes) || bytes < sent)
		cut(x);
	else if (bytes == sent || reply_chunk(x, fd, sent, bytes - sent))
		reply_finish(x);
}

void
trickle(struct site *site, struct exchange *x, const struct route *r,
    struct gate *g, struct edition **e, const struct file *file,
    const struct reply *head)
{
	struct awaited a = {.msn = r->msn};

	if (!reply_begin(x, head))
		return;
	while (!is_over(*e, a.msn)) {
		uint64_t bytes = told(*e, a.msn);

		if (bytes > a.sent) {
			if (!reply_chunk(x, file->fd, a.sent, bytes - a.sent))
				return;
			a.sent = bytes;
		}
		if (wait_for(site->pool, x->fd, g, e,
			WAIT_TARGETS * 1000 * (*e)->target_s, goes_on,
			&a) != WAIT_OVER) {
			cut(x);
			return;
		}
	}
	finish(site, x, r, file->fd, a.sent);
}
