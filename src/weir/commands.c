#include "commands.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * What is known of our own commands.  A program found that is not in here
 * is listed by its name.
 */
static const struct {
	const char *name, *summary; /* a summary NULL begins a group */
} known[] = {
    {"To run a platform", NULL},
    {"up", "start every daemon here, show what they say, stop with ^C"},
    {"status", "what runs and what is live"},
    {"channel", "add, list and remove channels and their stream keys"},
    {"clip", "make, list and remove clips of broadcasts"},
    {"play", "what is live, or a recording, on stdout as NUT or MPEG-TS"},
    {"token", "print a token that opens what is for operators"},
    {"To work with the log", NULL},
    {"cat", "print events, as they come with --follow"},
    {"append", "store the events on stdin"},
    {"each", "run a command for each event, with a place kept by name"},
    {"log", "log stat: what is in the log, how large it is, who reads it"},
    {"verify", "walk the log and say exactly what is wrong with it"},
    {"show", "print what a projection of it says, now or at a time"},
    {"rebuild", "fold a projection of it again, and compare"},
    {"backup", "copy the log, or what came since, and check the copy"},
    {"restore", "make the log anew from such a copy"},
    {"compact", "remove events by type and age, number or size"},
    {"retain", "remove recordings by age and size"},
    {"forget", "forget a person: what is personal in their events"},
    {"schema", "print what events there are, as JSON Schema too"},
    {"bench", "measure the log under load"},
    {"Filters of pipelines", NULL},
    {"transcode", "make renditions of the media on stdin"},
    {"segment", "cut media on stdin into segments, their events on stdout"},
    {"ts", "an MPEG transport stream on stdin, as NUT on stdout"},
    {"probe", "tell what is in a stream, or in what is live"},
    {"pull", "what FFmpeg reads, published, or as NUT on stdout"},
    {"push", "send media on stdin to other services"},
    {"record-ingest", "keep what encoders send, octet by octet"},
    {"replay-ingest", "send an ingest again what was kept"},
    {"Daemons, which up and systemd start", NULL},
    {"logd", "the log's only writer"},
    {"rtmpd", "takes what encoders publish over RTMP"},
    {"srtd", "takes what encoders publish over SRT"},
    {"edged", "serves players and pages over HTTP"},
    {"thumb", "makes pictures of what is live, and storyboards"},
};
enum { KNOWN = sizeof(known) / sizeof(known[0]) };

struct commands {
	size_t len;
	char name[COMMANDS_MAX][COMMANDS_MAX_NAME + 1];
};

static bool
has(const struct commands *c, const char *name)
{
	for (size_t i = 0; i < c->len; i++)
		if (strcmp(c->name[i], name) == 0)
			return true;
	return false;
}

static void
scan(struct commands *c, const char *path)
{
	static const struct str prefix = {"weir-", 5};
	struct dirent *d;
	struct stat st;
	DIR *dir = opendir(path);

	if (dir == NULL)
		return;
	while (c->len < COMMANDS_MAX && (d = readdir(dir)) != NULL) {
		struct str file = str_from(d->d_name), name;

		if (!str_starts(file, prefix))
			continue;
		name = (struct str){file.p + prefix.len, file.len - prefix.len};
		if (!str_slug(name, COMMANDS_MAX_NAME) || has(c, name.p))
			continue;
		if (fstatat(dirfd(dir), file.p, &st, 0) == -1 ||
		    !S_ISREG(st.st_mode) ||
		    faccessat(dirfd(dir), file.p, X_OK, AT_EACCESS) == -1)
			continue;
		(void)str_copy(c->name[c->len++], COMMANDS_MAX_NAME + 1, name);
	}
	(void)closedir(dir);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct commands *
commands_find(const char *dir, const char *path)
{
	struct commands *c = calloc(1, sizeof(*c));
	char one[PATH_MAX];

	if (c == NULL)
		return NULL;
	if (dir != NULL)
		scan(c, dir);
	while (path != NULL && *path != '\0') {
		size_t n = strcspn(path, ":");

		if (str_copy(one, sizeof(one), (struct str){path, n}) == 0)
			scan(c, n > 0 ? one : ".");
		path += n + (path[n] == ':');
	}
	qsort(c->name, c->len, sizeof(c->name[0]), by_name);
	return c;
}

void
commands_close(struct commands *c)
{
	free(c);
}

static bool
is_known(const char *name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].summary != NULL &&
		    strcmp(known[i].name, name) == 0)
			return true;
	return false;
}

void
commands_print(const struct commands *c, FILE *f)
{
	const char *heading = NULL;

	for (size_t i = 0; i < KNOWN; i++) {
		if (known[i].summary == NULL) {
			heading = known[i].name;
			continue;
		}
		if (!has(c, known[i].name))
			continue;
		/* A group of which nothing is there has no heading either. */
		if (heading != NULL)
			fprintf(f, "\n%s:\n", heading);
		heading = NULL;
		fprintf(f, "  %-10s %s\n", known[i].name, known[i].summary);
	}
	heading = "Others found";
	for (size_t i = 0; i < c->len; i++) {
		if (is_known(c->name[i]))
			continue;
		if (heading != NULL)
			fprintf(f, "\n%s:\n", heading);
		heading = NULL;
		fprintf(f, "  %s\n", c->name[i]);
	}
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance, row by row. */
unsigned
commands_distance(const char *a, const char *b)
{
	unsigned row[3][COMMANDS_MAX_NAME + 1];
	unsigned *before = row[0], *last = row[1], *now = row[2];
	size_t m = strnlen(a, COMMANDS_MAX_NAME);
	size_t n = strnlen(b, COMMANDS_MAX_NAME);

	for (unsigned j = 0; j <= n; j++)
		last[j] = j;
	for (size_t i = 1; i <= m; i++) {
		unsigned *free_row = before;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned change = a[i - 1] != b[j - 1];

			now[j] = least(last[j - 1] + change,
			    least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = free_row;
	}
	return last[n];
}

const char *
commands_nearest(const struct commands *c, const char *name)
{
	const char *nearest = NULL;
	/* Half of a name changed is no slip any more. */
	unsigned best = 3;

	for (size_t i = 0; i < c->len; i++) {
		unsigned d = commands_distance(name, c->name[i]);
		size_t n = strlen(c->name[i]), m = strlen(name);

		if (n <= COMMANDS_MAX_NAME && m > 2 && n > m &&
		    strncmp(name, c->name[i], m) == 0)
			d = least(d, 1); /* the beginning of it */
		if (d < best && 2 * d < n + 1) {
			best = d;
			nearest = c->name[i];
		}
	}
	return nearest;
}
