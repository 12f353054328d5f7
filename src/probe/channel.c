#include "channel.h"
#include "cmaf_file.h"
#include "conf.h"
#include "err.h"
#include "tail.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	MICRO = 1000000,
	MAX_PACKETS = 256 * 1024,
	MAX_SOUND = 64 * 1024 * 1024 /* bytes of sound kept */
};

struct kept {
	struct nut_packet packet; /* its data: where in SOUND, below */
	size_t at;
};

struct channel {
	struct media_track track[BROADCAST_MAX_TRACKS];
	struct buf config[BROADCAST_MAX_TRACKS];
	size_t tracks;
	struct kept *kept;
	size_t n, cap;
	struct buf sound;
	struct cmaf_file *file;
	/* Of the segment that is being read. */
	int fd;
};

void
channel_close(struct channel *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
		buf_fini(&c->config[i]);
	buf_fini(&c->sound);
	cmaf_file_close(c->file);
	free(c->kept);
	free(c);
}

/* Read S's octets behind what there is of sound. */
static int
keep_sound(struct channel *c, const struct cmaf_file_sample *s)
{
	ssize_t n;

	if (buf_reserve(&c->sound, s->bytes) == -1)
		return -1;
	n = pread(c->fd, c->sound.p + c->sound.len, s->bytes, (off_t)s->offset);
	if (n == -1)
		return -1;
	if ((size_t)n < s->bytes) {
		errno = EBADMSG;
		return -1;
	}
	c->sound.len += s->bytes;
	return 0;
}

static int
on_sample(void *arg, const struct cmaf_file_sample *s)
{
	struct channel *c = arg;
	unsigned track = (unsigned)c->tracks;
	struct kept *k;

	if (c->n == c->cap) {
		size_t cap = c->cap > 0 ? 2 * c->cap : 1024;

		if (cap > MAX_PACKETS) {
			errno = E2BIG;
			return -1;
		}
		if ((k = reallocarray(c->kept, cap, sizeof(*k))) == NULL)
			return -1;
		c->kept = k;
		c->cap = cap;
	}
	k = &c->kept[c->n++];
	*k = (struct kept){.packet = {.track = track,
			       .pts = s->pts,
			       .dts = s->dts,
			       .key = s->key,
			       .len = s->bytes},
	    .at = c->sound.len};
	if (c->track[track].kind != MEDIA_AUDIO)
		return 0;
	return keep_sound(c, s);
}

/* Of the broadcast's folder, a file of track T; -1 with errno. */
static int
open_file(int folder, const char *track, const char *file)
{
	char path[NAME_SIZE + 48];

	(void)snprintf(path, sizeof(path), "%s/%s", track, file);
	return openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

static int
begin_track(struct channel *c, int folder, const char *name, uint32_t run)
{
	struct media_track *t = &c->track[c->tracks];
	struct buf *config = &c->config[c->tracks];
	char file[32];
	int fd, rc;

	(void)snprintf(file, sizeof(file), "init-%" PRIu32 ".mp4", run);
	if ((fd = open_file(folder, name, file)) == -1)
		return -1;
	rc = cmaf_file_begin(c->file, fd, t);
	(void)close(fd);
	if (rc == -1)
		return -1;
	/* The file has room for one track's only. */
	buf_reset(config);
	if (buf_put(config, t->config, t->config_len) == -1)
		return -1;
	t->config = config->p;
	return 0;
}

/* The last SECONDS of T, as far as they are of its newest run. */
static int
read_track(
    struct channel *c, int folder, const struct tail_track *t, uint64_t seconds)
{
	const struct tail_segment *last = &t->segment[t->segments - 1];
	size_t i = t->segments;
	uint64_t us = 0;
	int rc = 0;

	if (begin_track(c, folder, t->name, last->run) == -1)
		return -1;
	while (
	    i > 0 && us < seconds * MICRO && t->segment[i - 1].run == last->run)
		us += t->segment[--i].duration_us;
	for (; rc == 0 && i < t->segments; i++) {
		char file[32];

		(void)snprintf(
		    file, sizeof(file), "%" PRIu64 ".m4s", t->segment[i].msn);
		if ((c->fd = open_file(folder, t->name, file)) == -1)
			return -1;
		rc = cmaf_file_each(c->file, c->fd, on_sample, c);
		(void)close(c->fd);
	}
	c->tracks++;
	return rc;
}

/* Those of T that can be read; what is of no codec of ours is passed over. */
static int
read_tracks(
    struct channel *c, const struct tail *t, int folder, uint64_t seconds)
{
	for (size_t i = 0; i < t->tracks; i++) {
		const struct tail_track *k = &t->track[i];

		if (read_track(c, folder, k, seconds) == -1) {
			if (errno != ENOTSUP) {
				err_sys("read the segments of %s", k->name);
				return EXIT_TEMP;
			}
			err_warn("passing over a track of unknown codec "
				 "track=%s",
			    k->name);
		}
	}
	return EXIT_OK;
}

/* What NAME is live with, and its end.  An exit code, after reporting. */
static int
look_up(const char *name, char broadcast[NAME_SIZE], struct tail *t)
{
	char dir[PATH_MAX];
	struct log *l;
	int n;

	if (conf_path(dir, CONF_STATE, "log") == -1 ||
	    (l = log_open(dir)) == NULL) {
		err_sys("open the log in WEIR_STATE");
		return EXIT_TEMP;
	}
	if ((n = tail_live(l, name, broadcast)) == 1)
		n = tail_read(t, l, broadcast) == -1 ? -1 : 1;
	if (n == -1)
		err_sys("read the log");
	log_close(l);
	if (n == 0 || (n == 1 && t->tracks == 0))
		err_msg(n == 0 ? "%s is not live"
			       : "of %s there is nothing to be seen yet",
		    name);
	return n == 1 && t->tracks > 0 ? EXIT_OK : EXIT_TEMP;
}

int
channel_open(struct channel **out, const char *name, uint64_t seconds)
{
	char broadcast[NAME_SIZE], file[NAME_SIZE + 8], path[PATH_MAX];
	struct channel *c = calloc(1, sizeof(*c));
	struct tail *t = calloc(1, sizeof(*t));
	int folder = -1, code = EXIT_TEMP;

	if (c == NULL || t == NULL || (c->file = cmaf_file_open()) == NULL) {
		err_sys("start");
		goto out;
	}
	buf_init(&c->sound, MAX_SOUND);
	for (size_t i = 0; i < BROADCAST_MAX_TRACKS; i++)
		buf_init(&c->config[i], MEDIA_MAX_CONFIG);
	if ((code = look_up(name, broadcast, t)) != EXIT_OK)
		goto out;
	(void)snprintf(file, sizeof(file), "media/%s", broadcast);
	if (conf_path(path, CONF_STATE, file) == -1 ||
	    (folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1) {
		err_sys("open the broadcast's folder");
		code = EXIT_TEMP;
		goto out;
	}
	code = read_tracks(c, t, folder, seconds);
out:
	if (folder != -1)
		(void)close(folder);
	free(t);
	if (code == EXIT_OK)
		*out = c;
	else
		channel_close(c);
	return code;
}

int
channel_run(const struct channel *c, struct probe *p)
{
	int rc = probe_header(p, c->track, c->tracks);

	for (size_t i = 0; rc == 0 && i < c->n; i++) {
		struct nut_packet k = c->kept[i].packet;

		k.data = c->sound.p + c->kept[i].at;
		if (c->track[k.track].kind == MEDIA_VIDEO)
			k.data = NULL;
		rc = probe_packet(p, &k);
	}
	if (rc == 0)
		return EXIT_OK;
	err_sys("look at the segments");
	return EXIT_TEMP;
}
