#include "report.h"
#include "err.h"
#include "event.h"
#include "file.h"
#include "num.h"
#include "uuid.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_BYTES = 4096, MAX_BROADCAST = 64, MILLI = 1000 };

struct report {
	int fd; /* -1: no events */
	char broadcast[MAX_BROADCAST + 1];
};

static int
open_events(const char *to)
{
	uint64_t fd;

	if (num_parse(to, 0, INT_MAX, &fd) == 0)
		return fcntl((int)fd, F_GETFD) == -1 ? -1 : (int)fd;
	return open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

struct report *
report_open(const char *broadcast, const char *to)
{
	struct report *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_sys("allocate");
		return NULL;
	}
	r->fd = -1;
	if (broadcast == NULL || to == NULL)
		return r;
	if (str_copy(r->broadcast, sizeof(r->broadcast), str_from(broadcast)) ==
	    -1) {
		err_msg("broadcast %s: too long a name", broadcast);
		free(r);
		return NULL;
	}
	if ((r->fd = open_events(to)) == -1) {
		err_sys("--events %s", to);
		free(r);
		return NULL;
	}
	return r;
}

void
report_close(struct report *r)
{
	if (r == NULL)
		return;
	if (r->fd != -1)
		(void)close(r->fd);
	free(r);
}

static void
tell(struct report *r, enum event_type type, const void *in)
{
	struct buf data, out;
	struct event e;
	char id[UUID_TEXT_SIZE], subject[EVENT_MAX_SUBJECT + 1];

	buf_init(&data, MAX_BYTES);
	buf_init(&out, MAX_BYTES);
	(void)snprintf(subject, sizeof(subject), "broadcast/%s", r->broadcast);
	if (event_begin(&e, type, "weir-transcode", str_from(subject), id) ==
		-1 ||
	    event_put(type, in, &data) == -1)
		goto fail;
	e.data = buf_str(&data);
	if (event_encode(&e, &out) == -1 ||
	    file_write(r->fd, out.p, out.len) == -1)
		goto fail;
	goto out;
fail:
	/* Media goes on without who listens to events. */
	err_sys("tell an event");
	(void)close(r->fd);
	r->fd = -1;
out:
	buf_fini(&data);
	buf_fini(&out);
}

void
report_dropped(struct report *r, const char *track, const struct rendition *d,
    int64_t late_us)
{
	const struct RenditionDropped e = {.broadcast = str_from(r->broadcast),
	    .track = str_from(track),
	    .width = d->width,
	    .height = d->height,
	    .late_us = (uint64_t)late_us};

	err_warn("cannot keep up, giving up a rendition track=%s size=%ux%u "
		 "late_ms=%lld",
	    track, d->width, d->height, (long long)(late_us / MILLI));
	if (r->fd != -1)
		tell(r, EVENT_RenditionDropped, &e);
}

void
report_restored(struct report *r, const char *track, const struct rendition *d)
{
	const struct RenditionRestored e = {.broadcast = str_from(r->broadcast),
	    .track = str_from(track),
	    .width = d->width,
	    .height = d->height};

	err_info("trying a rendition again track=%s size=%ux%u", track,
	    d->width, d->height);
	if (r->fd != -1)
		tell(r, EVENT_RenditionRestored, &e);
}
