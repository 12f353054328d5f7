#include "release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SRT_1_5_1 = 0x010501 };

static const struct str corrected = {"1.5.1-1+deb12u2", 15};

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How a character sorts where there are no digits: '~' before the end. */
static int
order(struct str s, size_t at)
{
	char c = at < s.len ? s.p[at] : '\0';

	if (c == '~')
		return -1;
	if (c == '\0' || digit(c))
		return 0;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return c;
	return (unsigned char)c + 256;
}

/* Upstream versions, or revisions: letters and numbers in turns. */
static int
compare_part(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	while (i < a.len || k < b.len) {
		int first = 0;

		while ((i < a.len && !digit(a.p[i])) ||
		       (k < b.len && !digit(b.p[k]))) {
			int d = order(a, i) - order(b, k);

			if (d != 0)
				return d;
			i += i < a.len;
			k += k < b.len;
		}
		while (i < a.len && a.p[i] == '0')
			i++;
		while (k < b.len && b.p[k] == '0')
			k++;
		while (
		    i < a.len && k < b.len && digit(a.p[i]) && digit(b.p[k])) {
			if (first == 0)
				first = a.p[i] - b.p[k];
			i++;
			k++;
		}
		if (i < a.len && digit(a.p[i]))
			return 1;
		if (k < b.len && digit(b.p[k]))
			return -1;
		if (first != 0)
			return first;
	}
	return 0;
}

/* [EPOCH:]UPSTREAM[-REVISION] */
struct version {
	unsigned long epoch;
	struct str upstream, revision;
};

static struct version
split(struct str s)
{
	struct version v = {.upstream = s, .revision = {"", 0}};
	const char *colon = s.len > 0 ? memchr(s.p, ':', s.len) : NULL;

	if (colon != NULL) {
		v.epoch = strtoul(s.p, NULL, 10);
		v.upstream.p = colon + 1;
		v.upstream.len -= (size_t)(colon + 1 - s.p);
	}
	for (size_t i = v.upstream.len; i > 0; i--)
		if (v.upstream.p[i - 1] == '-') {
			v.revision =
			    (struct str){v.upstream.p + i, v.upstream.len - i};
			v.upstream.len = i - 1;
			break;
		}
	return v;
}

int
release_compare(struct str a, struct str b)
{
	struct version x = split(a), y = split(b);
	int d;

	if (x.epoch != y.epoch)
		return x.epoch < y.epoch ? -1 : 1;
	if ((d = compare_part(x.upstream, y.upstream)) != 0)
		return d;
	return compare_part(x.revision, y.revision);
}

/* LINE is "NAME: VALUE"; the value without its newline, or empty. */
static struct str
field(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0 || line[n] != ':')
		return (struct str){"", 0};
	line += n + 1;
	line += strspn(line, " ");
	return (struct str){line, strcspn(line, "\n")};
}

/* The version of PACKAGE, if it is installed, into TEXT. */
static bool
installed(FILE *f, const char *package, char text[RELEASE_TEXT_SIZE])
{
	bool ours = false, there = false;
	char *line = NULL;
	size_t cap = 0;

	*text = '\0';
	while (getline(&line, &cap, f) != -1) {
		struct str name = field(line, "Package");
		struct str status = field(line, "Status");
		struct str version = field(line, "Version");

		if (name.len > 0)
			ours = str_eqz(name, package);
		if (!ours)
			continue;
		there = there || str_eqz(status, "install ok installed");
		if (version.len > 0)
			(void)str_copy(text, RELEASE_TEXT_SIZE, version);
	}
	free(line);
	return there && *text != '\0';
}

enum release
release_check(uint32_t version, const char *status, const char *package,
    char text[RELEASE_TEXT_SIZE])
{
	char found[RELEASE_TEXT_SIZE];
	bool known = false;
	FILE *f;

	(void)snprintf(text, RELEASE_TEXT_SIZE, "%u.%u.%u",
	    version >> 16 & 0xff, version >> 8 & 0xff, version & 0xff);
	if (version != SRT_1_5_1)
		return version > SRT_1_5_1 ? RELEASE_GOOD : RELEASE_OLD;
	if ((f = fopen(status, "re")) != NULL) {
		known = installed(f, package, found);
		(void)fclose(f);
	}
	if (!known)
		return RELEASE_UNKNOWN;
	(void)snprintf(text, RELEASE_TEXT_SIZE, "%.100s", found);
	return release_compare(str_from(found), corrected) >= 0 ? RELEASE_GOOD
								: RELEASE_OLD;
}
