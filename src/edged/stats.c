#include "stats.h"

#include "file.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX_BYTES = 4 * 1024 * 1024, MAX_FAMILIES = 1024 };

static const char *const kind_name[STATS_KINDS] = {
    "page", "asset", "playlist", "media", "api", "other"};

static void
add(_Atomic uint64_t *to, uint64_t n)
{
	atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

static uint64_t
get(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

void
stats_count(
    struct stats *s, enum stats_kind kind, unsigned status, uint64_t bytes)
{
	add(&s->requests[kind][status / 100 % 6], 1);
	add(&s->bytes[kind], bytes);
}

void
stats_add(struct stats *sum, const struct stats *from)
{
	for (size_t k = 0; k < STATS_KINDS; k++) {
		for (size_t c = 0; c < 6; c++)
			add(&sum->requests[k][c], get(&from->requests[k][c]));
		add(&sum->bytes[k], get(&from->bytes[k]));
	}
	add(&sum->cut, get(&from->cut));
}

uint64_t
stats_requests(const struct stats *s)
{
	uint64_t n = 0;

	for (size_t k = 0; k < STATS_KINDS; k++)
		for (size_t c = 0; c < 6; c++)
			n += get(&s->requests[k][c]);
	return n;
}

uint64_t
stats_bytes(const struct stats *s)
{
	uint64_t n = 0;

	for (size_t k = 0; k < STATS_KINDS; k++)
		n += get(&s->bytes[k]);
	return n;
}

void
stats_text(const struct stats *s, struct buf *out)
{
	(void)buf_puts(out,
	    "# HELP weir_edge_responses_total Answered requests, by what was "
	    "asked for and status class.\n"
	    "# TYPE weir_edge_responses_total counter\n");
	for (size_t k = 0; k < STATS_KINDS; k++)
		for (size_t c = 1; c < 6; c++)
			if (get(&s->requests[k][c]) > 0)
				(void)buf_printf(out,
				    "weir_edge_responses_total{kind=\"%s\","
				    "class=\"%zuxx\"} %" PRIu64 "\n",
				    kind_name[k], c, get(&s->requests[k][c]));
	(void)buf_puts(out,
	    "# HELP weir_edge_response_bytes_total Bytes sent, heads "
	    "included.\n"
	    "# TYPE weir_edge_response_bytes_total counter\n");
	for (size_t k = 0; k < STATS_KINDS; k++)
		(void)buf_printf(out,
		    "weir_edge_response_bytes_total{kind=\"%s\"} %" PRIu64 "\n",
		    kind_name[k], get(&s->bytes[k]));
	(void)buf_printf(out,
	    "# HELP weir_edge_responses_cut_total Responses that were not "
	    "finished: the client left or was too slow.\n"
	    "# TYPE weir_edge_responses_cut_total counter\n"
	    "weir_edge_responses_cut_total %" PRIu64 "\n",
	    get(&s->cut));
}

/* A metric family as the files tell it: its lines, first to last. */
struct family {
	struct str name, help, type;
	struct buf samples;
};

struct families {
	struct family *family;
	size_t len;
};

static struct family *
family_of(struct families *f, struct str name)
{
	for (size_t i = 0; i < f->len; i++)
		if (str_eq(f->family[i].name, name))
			return &f->family[i];
	if (f->len == MAX_FAMILIES)
		return NULL;
	f->family[f->len] = (struct family){.name = name};
	buf_init(&f->family[f->len].samples, FILES_MAX_BYTES);
	return &f->family[f->len++];
}

static struct str
until(struct str s, const char *stop)
{
	size_t n = 0;

	while (n < s.len && strchr(stop, s.p[n]) == NULL)
		n++;
	return (struct str){s.p, n};
}

/* Sort LINE, with its newline, into its family. */
static void
sort_line(struct families *f, struct str line)
{
	static const struct str help = {"# HELP ", 7}, type = {"# TYPE ", 7};
	bool is_help = str_starts(line, help);
	struct str rest = line;
	struct family *fam;

	if (is_help || str_starts(line, type)) {
		rest.p += 7;
		rest.len -= 7;
		if ((fam = family_of(f, until(rest, " \n"))) != NULL)
			*(is_help ? &fam->help : &fam->type) = line;
		return;
	}
	if (line.len <= 1 || line.p[0] == '#')
		return;
	if ((fam = family_of(f, until(line, " {\n"))) != NULL)
		(void)buf_putstr(&fam->samples, line);
}

static void
sort_lines(struct families *f, struct str text)
{
	while (text.len > 0) {
		const char *nl = memchr(text.p, '\n', text.len);
		size_t n = nl != NULL ? (size_t)(nl - text.p) + 1 : text.len;

		/* A last line without its end was cut short. */
		if (nl != NULL)
			sort_line(f, (struct str){text.p, n});
		text.p += n;
		text.len -= n;
	}
}

static bool
wanted(const char *name, const char *skip)
{
	size_t n = strlen(name);

	return n > 5 && name[0] != '.' && strcmp(name + n - 5, ".prom") == 0 &&
	       strcmp(name, skip) != 0;
}

/* The files of DIR, one after the other. */
static void
read_files(const char *dir, const char *skip, struct buf *text)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort);
	int dirfd = n > 0 ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	for (int i = 0; i < n; i++) {
		int fd = -1;

		if (dirfd != -1 && wanted(list[i]->d_name, skip))
			fd = openat(dirfd, list[i]->d_name,
			    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd != -1) {
			(void)file_read(fd, text);
			(void)close(fd);
		}
		free(list[i]);
	}
	if (dirfd != -1)
		(void)close(dirfd);
	if (n >= 0)
		free(list);
}

void
stats_files(const char *dir, const char *skip, struct buf *out)
{
	struct families f = {.len = 0};
	struct buf text;

	buf_init(&text, FILES_MAX_BYTES);
	read_files(dir, skip, &text);
	if ((f.family = calloc(MAX_FAMILIES, sizeof(*f.family))) != NULL)
		sort_lines(&f, buf_str(&text));
	for (size_t i = 0; i < f.len; i++) {
		(void)buf_putstr(out, f.family[i].help);
		(void)buf_putstr(out, f.family[i].type);
		(void)buf_putstr(out, buf_str(&f.family[i].samples));
		buf_fini(&f.family[i].samples);
	}
	free(f.family);
	buf_fini(&text);
}
