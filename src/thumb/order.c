#include "order.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
order_init(struct order *o, int media, const char *broadcast)
{
	*o = (struct order){
	    .folder = openat(media, broadcast,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
	if (o->folder == -1)
		return -1;
	if ((o->file = cmaf_file_open()) == NULL) {
		(void)close(o->folder);
		errno = ENOMEM;
		return -1;
	}
	buf_init(&o->task, TASK_MAX_BYTES);
	return 0;
}

void
order_fini(struct order *o)
{
	for (size_t i = 0; i < o->fds; i++)
		(void)close(o->fd[i]);
	(void)close(o->folder);
	cmaf_file_close(o->file);
	buf_fini(&o->task);
}

/* FILE of the track at hand; a descriptor that no worker inherits. */
static int
open_file(const struct order *o, const char *file)
{
	char path[NAME_SIZE + 48];

	(void)snprintf(path, sizeof(path), "%s/%s", o->track, file);
	return openat(o->folder, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

int
order_track(struct order *o, const char *track, uint32_t run)
{
	struct media_track t;
	char file[48];
	int fd, rc;

	if (o->run == run && strcmp(o->track, track) == 0)
		return 0;
	o->run = 0;
	(void)str_copy(o->track, sizeof(o->track), str_from(track));
	(void)snprintf(file, sizeof(file), "init-%" PRIu32 ".mp4", run);
	if ((fd = open_file(o, file)) == -1)
		return -1;
	rc = cmaf_file_begin(o->file, fd, &t);
	(void)close(fd);
	if (rc == -1)
		return -1;
	task_track(&o->task, &t);
	o->run = run;
	o->about = t;
	o->about.config = NULL;
	return 0;
}

struct pick {
	struct order *o;
	int fd;
	bool all;
};

static int
on_sample(void *arg, const struct cmaf_file_sample *s)
{
	const struct pick *p = arg;

	if (!p->all && !s->key) {
		errno = EBADMSG;
		return -1;
	}
	task_unit(&p->o->task, p->fd, s->offset, s->bytes);
	return p->all ? 0 : 1;
}

int
order_segment(struct order *o, uint64_t msn, bool all)
{
	struct pick p = {.o = o, .all = all};
	char file[48];

	if (o->fds == ORDER_MAX_FDS) {
		errno = EMFILE;
		return -1;
	}
	(void)snprintf(file, sizeof(file), "%" PRIu64 ".m4s", msn);
	if ((p.fd = open_file(o, file)) == -1)
		return -1;
	o->fd[o->fds++] = p.fd;
	return cmaf_file_each(o->file, p.fd, on_sample, &p) == -1 ? -1 : 0;
}
