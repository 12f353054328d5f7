#include "journal.h"
#include "buf.h"
#include "crc32c.h"
#include "err.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILES = 2, MAX_TRACKS = 64, MAX_EVENT = 8192, BOOT_SIZE = 40 };

struct record {
	uint32_t crc; /* CRC-32C of what follows it, the event included */
	uint32_t event_bytes;
	uint64_t number; /* grows from record to record, over both files */
	char track[JOURNAL_TRACK_SIZE];
	char boot[BOOT_SIZE]; /* which start of the machine it is of */
	bool part, marked;
	struct bookmark mark;
};

struct journal {
	int folder, fd;
	unsigned file; /* the one that is written */
	size_t written;
	uint64_t number;
	char boot[BOOT_SIZE];
	struct buf old; /* what was there, older file first */
	struct {
		char track[JOURNAL_TRACK_SIZE];
		struct bookmark mark;
	} last[MAX_TRACKS];
	size_t tracks;
};

static uint32_t
checksum(const struct record *r, const void *event)
{
	uint32_t crc = crc32c(0, (const uint8_t *)r + sizeof(r->crc),
	    sizeof(*r) - sizeof(r->crc));

	return crc32c(crc, event, r->event_bytes);
}

/* The record at *AT of B; false at the end, or where it is damaged. */
static bool
next(const struct buf *b, size_t *at, struct record *r, struct str *event)
{
	size_t left = b->len - *at;

	if (left < sizeof(*r))
		return false;
	memcpy(r, b->p + *at, sizeof(*r));
	if (r->event_bytes > MAX_EVENT || left - sizeof(*r) < r->event_bytes)
		return false;
	*event =
	    (struct str){(const char *)b->p + *at + sizeof(*r), r->event_bytes};
	if (r->crc != checksum(r, event->p))
		return false;
	r->track[sizeof(r->track) - 1] = '\0';
	*at += sizeof(*r) + r->event_bytes;
	return true;
}

static void
file_name(unsigned file, char name[16])
{
	(void)snprintf(name, 16, "journal.%u", file);
}

/* Read file I into B, up to where it is sound.  0, or -1 with errno. */
static int
read_file(const struct journal *j, unsigned i, struct buf *b)
{
	char name[16];
	int fd, rc, saved;
	size_t at = 0;
	struct record r;
	struct str event;

	file_name(i, name);
	if ((fd = openat(j->folder, name, O_RDONLY | O_CLOEXEC)) == -1)
		return errno == ENOENT ? 0 : -1;
	rc = file_read(fd, b);
	saved = errno;
	(void)close(fd);
	errno = saved;
	while (rc == 0 && next(b, &at, &r, &event))
		;
	b->len = at;
	return rc;
}

static void
note_mark(struct journal *j, const struct record *r)
{
	size_t i = 0;

	while (i < j->tracks && strcmp(j->last[i].track, r->track) != 0)
		i++;
	if (i == MAX_TRACKS)
		return;
	if (i == j->tracks)
		memcpy(j->last[j->tracks++].track, r->track, sizeof(r->track));
	j->last[i].mark = r->mark;
	j->last[i].mark.same_boot =
	    j->boot[0] != '\0' && memcmp(r->boot, j->boot, BOOT_SIZE) == 0;
}

/* Which start of the machine this is; empty when that cannot be told. */
static void
read_boot(char boot[BOOT_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	memset(boot, 0, BOOT_SIZE);
	if (fd == -1)
		return;
	if (read(fd, boot, BOOT_SIZE - 1) <= 0)
		boot[0] = '\0';
	(void)close(fd);
}

/* The newest number in B; 0: it is empty. */
static uint64_t
newest(const struct buf *b)
{
	size_t at = 0;
	struct record r = {.number = 0};
	struct str event;

	while (next(b, &at, &r, &event))
		;
	return r.number;
}

/* Write into file J->file, from its KEEP-th byte on; what follows goes. */
static int
write_into(struct journal *j, size_t keep)
{
	char name[16];
	int fd;

	file_name(j->file, name);
	fd = openat(j->folder, name,
	    O_WRONLY | O_CREAT | O_CLOEXEC | (keep > 0 ? 0 : O_TRUNC), 0644);
	if (fd == -1 || (keep > 0 && (ftruncate(fd, (off_t)keep) == -1 ||
					 lseek(fd, 0, SEEK_END) == -1))) {
		err_sys("open %s", name);
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	if (j->fd != -1)
		(void)close(j->fd);
	j->fd = fd;
	j->written = keep;
	return 0;
}

/* Read both files, the older one first, and go on in the newer one. */
static int
load(struct journal *j)
{
	struct buf file[FILES];
	size_t at = 0;
	struct record r;
	struct str event;
	int rc = 0;

	for (unsigned i = 0; i < FILES; i++) {
		buf_init(&file[i], 2 * (size_t)JOURNAL_FILE_BYTES);
		if (rc == 0 && (rc = read_file(j, i, &file[i])) == -1)
			err_sys("read journal.%u", i);
	}
	j->file = newest(&file[1]) > newest(&file[0]) ? 1 : 0;
	for (unsigned i = 1; i <= FILES && rc == 0; i++)
		if ((rc = buf_putstr(
			 &j->old, buf_str(&file[(j->file + i) % FILES]))) == -1)
			err_sys("keep the journal");
	if (rc == 0)
		rc = write_into(j, file[j->file].len);
	for (unsigned i = 0; i < FILES; i++)
		buf_fini(&file[i]);
	while (rc == 0 && next(&j->old, &at, &r, &event)) {
		if (r.marked)
			note_mark(j, &r);
		j->number = r.number;
	}
	return rc;
}

int
journal_open(struct journal **out, int folder)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (j == NULL) {
		err_sys("allocate");
		return -1;
	}
	j->folder = folder;
	j->fd = -1;
	buf_init(&j->old, 4 * (size_t)JOURNAL_FILE_BYTES);
	read_boot(j->boot);
	if (load(j) == -1) {
		journal_close(j);
		return -1;
	}
	*out = j;
	return 0;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd != -1)
		(void)close(j->fd);
	buf_fini(&j->old);
	free(j);
}

const struct bookmark *
journal_mark(const struct journal *j, const char *track)
{
	for (size_t i = 0; i < j->tracks; i++)
		if (strcmp(j->last[i].track, track) == 0)
			return &j->last[i].mark;
	return NULL;
}

bool
journal_at(const struct journal *j, const char *track, uint64_t msn,
    struct bookmark *m)
{
	bool found = false;
	size_t at = 0;
	struct record r;
	struct str event;

	while (next(&j->old, &at, &r, &event)) {
		if (!r.marked || r.mark.msn != msn ||
		    strcmp(r.track, track) != 0)
			continue;
		*m = r.mark;
		found = true;
	}
	return found;
}

bool
journal_next(const struct journal *j, size_t *at, struct str *event)
{
	struct record r;

	while (next(&j->old, at, &r, event)) {
		const struct bookmark *m = journal_mark(j, r.track);

		if (event->len > 0 &&
		    (!r.part || (m != NULL && m->msn == r.mark.msn)))
			return true;
	}
	return false;
}

int
journal_put(struct journal *j, struct str track, const struct bookmark *mark,
    bool part, struct str event)
{
	struct record r;
	struct iovec v[2];
	ssize_t want;

	if (j->written > JOURNAL_FILE_BYTES) {
		j->file = (j->file + 1) % FILES;
		if (write_into(j, 0) == -1)
			return -1;
	}
	/* All of it, what lies between its fields included. */
	memset(&r, 0, sizeof(r));
	r.event_bytes = (uint32_t)event.len;
	r.number = ++j->number;
	(void)str_copy(r.track, sizeof(r.track), track);
	memcpy(r.boot, j->boot, sizeof(r.boot));
	r.part = part;
	if ((r.marked = mark != NULL))
		memcpy(&r.mark, mark, sizeof(r.mark));
	r.crc = checksum(&r, event.p);
	v[0] = (struct iovec){&r, sizeof(r)};
	v[1] = (struct iovec){(void *)(uintptr_t)event.p, event.len};
	want = (ssize_t)(sizeof(r) + event.len);
	j->written += (size_t)want;
	if (writev(j->fd, v, 2) == want)
		return 0;
	err_sys("write the journal of the broadcast");
	return -1;
}
