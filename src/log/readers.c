#include "readers.h"
#include "conf.h"
#include "file.h"
#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The name of the program that PID runs.  False: there is no such process. */
static bool
name_of(pid_t pid, char name[READERS_NAME_SIZE])
{
	char path[64];
	struct buf b;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	name[0] = '\0';
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return errno != ENOENT;
	buf_init(&b, READERS_NAME_SIZE - 1);
	(void)file_read(fd, &b);
	(void)close(fd);
	if (b.len > 0 && b.p[b.len - 1] == '\n')
		b.len--;
	(void)str_copy(name, READERS_NAME_SIZE, buf_str(&b));
	buf_fini(&b);
	return true;
}

struct finding {
	struct readers *readers;
	uint64_t transaction; /* the log's last one */
};

/* A process holds a slot for each reader it has, or had at a time. */
static int
take_slot(void *arg, const struct log_slot *s)
{
	struct finding *f = arg;
	struct readers *r = f->readers;
	struct process *p = NULL;
	uint64_t behind;

	if (s->pid == getpid())
		return 0;
	for (size_t i = 0; i < r->processes; i++)
		if (r->process[i].pid == s->pid)
			p = &r->process[i];
	if (p == NULL) {
		if (r->processes == READERS_MAX)
			return 0;
		p = &r->process[r->processes++];
		*p = (struct process){.pid = s->pid};
		p->dead = !name_of(s->pid, p->name);
	}
	if (!s->pinned)
		return 0;
	p->pinned = true;
	behind = f->transaction > s->transaction
		     ? f->transaction - s->transaction
		     : 0;
	if (behind > p->behind)
		p->behind = behind;
	return 0;
}

/* The consumers of KIND, called after their folders.  0, or -1 with errno. */
static int
find_consumers(struct readers *r, enum place_kind kind)
{
	struct dirent **name;
	char dir[PATH_MAX], one[PATH_MAX];
	int n;

	if (conf_path(dir, CONF_STATE, place_folder(kind)) == -1)
		return -1;
	if ((n = scandir(dir, &name, NULL, alphasort)) == -1)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	for (int i = 0; i < n; i++) {
		const char *text = name[i]->d_name;
		struct consumer *c = &r->consumer[r->consumers];

		if (text[0] != '.' && r->consumers < READERS_MAX &&
		    (size_t)snprintf(one, sizeof(one), "%s/%s", dir, text) <
			sizeof(one)) {
			*c = (struct consumer){.kind = place_name(kind)};
			(void)str_copy(
			    c->name, sizeof(c->name), str_from(text));
			if (place_read(kind, one, &c->position, &c->dead) == -1)
				c->error = errno;
			r->consumers++;
		}
		free(name[i]);
	}
	free(name);
	return 0;
}

int
readers_find(struct readers *r, struct log *l, const struct log_usage *u)
{
	struct finding f = {r, u->transaction};

	r->processes = r->consumers = 0;
	if (log_slots(l, take_slot, &f) == -1)
		return -1;
	for (int kind = 0; kind < PLACE_KINDS; kind++)
		if (find_consumers(r, (enum place_kind)kind) == -1)
			return -1;
	return 0;
}
