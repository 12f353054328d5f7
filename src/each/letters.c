#include "letters.h"
#include "clock.h"
#include "err.h"
#include "file.h"
#include "num.h"
#include "state.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH_BYTES = 256 * 1024 };

static json_t *
text(struct str s)
{
	return json_stringn(s.p != NULL ? s.p : "", s.len);
}

int
letters_compose(const struct work *k, struct buf *b)
{
	char time[CLOCK_RFC3339_SIZE], *line;
	json_t *o;
	int rc = -1;

	clock_rfc3339(clock_real_us(), time);
	o = json_pack("{s:I, s:o, s:o, s:o, s:s, s:I, s:s}", "seq",
	    (json_int_t)k->seq, "id", text(k->event.id), "type",
	    text(k->event.type_name), "subject", text(k->event.subject),
	    "reason", k->why, "tries", (json_int_t)k->tries, "time", time);
	line = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
	if (line != NULL)
		rc = buf_puts(b, line);
	else
		errno = ENOMEM;
	free(line);
	json_decref(o);
	return rc;
}

static struct state *
open_state(const char *dir, bool write)
{
	struct state *s = NULL;

	/* Only a name that was used has something to list. */
	if (access(dir, F_OK) == 0)
		s = state_open(dir, write);
	if (s != NULL)
		return s;
	if (errno == ENOENT)
		err_msg("there is no state in %s (WEIR_STATE)", dir);
	else
		err_sys("open the state in %s", dir);
	return NULL;
}

int
letters_list(const char *dir)
{
	struct state *s = open_state(dir, false);
	uint64_t from = 0;
	struct buf b;
	int n, rc = EXIT_OK;

	if (s == NULL)
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	buf_init(&b, BATCH_BYTES);
	while ((n = state_letters(s, &from, &b)) == 1) {
		if (file_write(STDOUT_FILENO, b.p, b.len) == -1) {
			err_sys("write");
			rc = EXIT_TEMP;
			break;
		}
		buf_reset(&b);
	}
	if (n == -1) {
		err_sys("read the state in %s", dir);
		rc = EXIT_TEMP;
	}
	buf_fini(&b);
	state_close(s);
	return rc;
}

/* Is the letter LINE asked for by WHICH?  Its *SEQ. */
static bool
chosen(struct str line, const char *which, uint64_t *seq)
{
	json_t *o = json_loadb(line.p, line.len, 0, NULL);
	const char *id = json_string_value(json_object_get(o, "id"));
	uint64_t want = 0;
	bool yes;

	*seq = (uint64_t)json_integer_value(json_object_get(o, "seq"));
	yes = strcmp(which, "all") == 0 ||
	      (id != NULL && strcmp(id, which) == 0) ||
	      (num_parse(which, 1, UINT64_MAX, &want) == 0 && want == *seq);
	json_decref(o);
	return yes && *seq > 0;
}

/* Put back what of the lines in B is asked for: how many, or -1. */
static int
put_back(struct state *s, const struct buf *b, const char *which)
{
	const char *p = (const char *)b->p, *end = p + b->len;
	uint64_t seq;
	int n = 0;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct str line = {p, (size_t)((nl != NULL ? nl : end) - p)};

		p += line.len + 1;
		if (!chosen(line, which, &seq))
			continue;
		if (state_put_back(s, seq) == 0)
			n++;
		else if (errno != ENOENT) /* somebody else just did */
			return -1;
	}
	return n;
}

int
letters_retry(const char *dir, const char *which)
{
	struct state *s = open_state(dir, true);
	uint64_t from = 0;
	struct buf b;
	int n, k = 0, found = 0;

	if (s == NULL)
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	buf_init(&b, BATCH_BYTES);
	while ((n = state_letters(s, &from, &b)) == 1) {
		if ((k = put_back(s, &b, which)) == -1)
			break;
		found += k;
		buf_reset(&b);
	}
	if (n == -1 || k == -1)
		err_sys("put back a dead letter of %s", dir);
	buf_fini(&b);
	state_close(s);
	if (n == -1 || k == -1)
		return EXIT_TEMP;
	if (found == 0 && strcmp(which, "all") != 0) {
		err_msg("--retry %s: there is no such dead letter", which);
		return EXIT_PERM;
	}
	return EXIT_OK;
}
