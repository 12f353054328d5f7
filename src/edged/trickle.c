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

/* Which file it is: its writer may be killed, and another begin it anew. */
static uint64_t
inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

/* Is it now the whole segment that R asks for? */
static bool
is_whole(struct site *site, const struct exchange *x, const struct route *r,
    uint64_t *bytes)
{
	struct file file;
	bool same;

	if (files_open(site->media, r->file, &file) == -1)
		return false;
	same = inode(file.fd) == x->trickle.inode;
	*bytes = file.bytes;
	files_close(&file);
	return same;
}

void
trickle_cut(struct exchange *x)
{
	x->trickle.on = false;
	x->cut = true;
	x->keep = false;
}

/* Send up to octet BYTES.  False when nothing can follow at once. */
static bool
send_up_to(struct exchange *x, int fd, uint64_t bytes)
{
	uint64_t from = x->trickle.sent;

	if (bytes == from)
		return true;
	x->trickle.sent = bytes;
	wait_anew(x);
	if (reply_chunk(x, fd, from, bytes - from))
		return !x->unfinished;
	trickle_cut(x);
	return false;
}

/* The rest of the segment, which has ended. */
static void
finish(struct site *site, struct exchange *x, const struct route *r, int fd)
{
	uint64_t bytes;

	if (!is_whole(site, x, r, &bytes) || bytes < x->trickle.sent)
		trickle_cut(x);
	else if (send_up_to(x, fd, bytes)) {
		x->trickle.on = false;
		(void)reply_finish(x);
	}
}

void
trickle(struct site *site, struct exchange *x, const struct route *r,
    struct gate *g, struct edition **e, const struct file *file,
    const struct reply *head)
{
	struct awaited a = {.msn = r->msn};
	enum wait_end end = WAIT_OVER;

	if (!x->trickle.on) {
		x->trickle.on = true;
		x->trickle.inode = inode(file->fd);
		if (!reply_begin(x, head))
			trickle_cut(x);
		if (x->cut || x->unfinished)
			return;
	} else if (x->trickle.inode != inode(file->fd)) {
		trickle_cut(x);
		return;
	}
	while (end == WAIT_OVER && !is_over(*e, a.msn)) {
		uint64_t bytes = told(*e, a.msn);

		if (bytes > x->trickle.sent && !send_up_to(x, file->fd, bytes))
			return;
		a.sent = x->trickle.sent;
		end = wait_for(x, g, e, WAIT_TARGETS * 1000 * (*e)->target_s,
		    goes_on, &a, sizeof(a));
	}
	if (end == WAIT_OVER)
		finish(site, x, r, file->fd);
	else if (end != WAIT_PARKED)
		trickle_cut(x);
}
