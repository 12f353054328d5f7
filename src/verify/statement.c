#include "statement.h"
#include "clock.h"
#include "hex.h"
#include "num.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const char heading[] = "weir-statement-1";

static void
put_point(struct buf *b, const struct statement_point *p)
{
	char digest[2 * BLOCK_DIGEST_BYTES + 1];

	hex_encode(digest, p->digest, sizeof(p->digest));
	(void)buf_printf(b, "digest %" PRIu64 " %s\n", p->seq, digest);
}

int
statement_sign(
    const struct statement *s, const struct key_secret *k, struct buf *b)
{
	uint8_t signature[KEY_SIGNATURE_BYTES];
	char time[CLOCK_RFC3339_SIZE], text[2 * KEY_SIGNATURE_BYTES + 1];

	clock_rfc3339(s->time_us, time);
	(void)buf_printf(
	    b, "%s\ntime %s\nremoved %" PRIu64 "\n", heading, time, s->removed);
	for (size_t i = 0; i < s->points; i++)
		put_point(b, &s->point[i]);
	if (!b->failed) {
		key_sign(k, buf_str(b), signature);
		hex_encode(text, signature, sizeof(signature));
		(void)buf_printf(b, "signature %s\n", text);
	}
	if (!b->failed)
		return 0;
	errno = b->starved ? ENOMEM : EMSGSIZE;
	return -1;
}

/* A walk over lines of words; whatever is not as it should be ends it. */
struct lines {
	struct str rest;
	bool bad;
};

/* What follows WORD in the next line, which begins with it, into DST. */
static void
take(struct lines *l, const char *word, char *dst, size_t cap)
{
	const char *end = l->bad ? NULL : memchr(l->rest.p, '\n', l->rest.len);
	size_t n = strlen(word);
	struct str line = {l->rest.p, 0};

	dst[0] = '\0';
	if (end != NULL)
		line.len = (size_t)(end - l->rest.p);
	if (end == NULL || line.len < n || memcmp(line.p, word, n) != 0 ||
	    str_copy(dst, cap, (struct str){line.p + n, line.len - n}) == -1) {
		l->bad = true;
		return;
	}
	l->rest.p += line.len + 1;
	l->rest.len -= line.len + 1;
}

static void
number(struct lines *l, const char *text, uint64_t *out)
{
	l->bad = l->bad || num_parse(text, 0, UINT64_MAX, out) == -1;
}

static void
bytes(struct lines *l, const char *text, uint8_t *out, size_t n)
{
	l->bad =
	    l->bad || strlen(text) != 2 * n || hex_decode(out, text, n) == -1;
}

/* "SEQ DIGEST", behind the points that S has. */
static void
take_point(struct lines *l, struct statement *s)
{
	char text[128], *blank;
	struct statement_point p = {0};

	take(l, "digest ", text, sizeof(text));
	if (l->bad || s->points == STATEMENT_POINTS ||
	    (blank = strchr(text, ' ')) == NULL) {
		l->bad = true;
		return;
	}
	*blank = '\0';
	number(l, text, &p.seq);
	bytes(l, blank + 1, p.digest, sizeof(p.digest));
	if (s->points > 0 && p.seq <= s->point[s->points - 1].seq)
		l->bad = true;
	s->point[s->points++] = p;
}

int
statement_read(struct statement *s, const struct key_public *k, struct str text,
    const char **why)
{
	uint8_t signature[KEY_SIGNATURE_BYTES];
	struct lines l = {.rest = text};
	char word[2 * KEY_SIGNATURE_BYTES + 1];
	struct str signed_text;

	*s = (struct statement){0};
	take(&l, heading, word, sizeof(word));
	l.bad = l.bad || word[0] != '\0';
	take(&l, "time ", word, sizeof(word));
	l.bad = l.bad || clock_parse(word, &s->time_us) == -1;
	take(&l, "removed ", word, sizeof(word));
	number(&l, word, &s->removed);
	while (!l.bad && str_starts(l.rest, STR("digest ")))
		take_point(&l, s);
	signed_text = (struct str){text.p, text.len - l.rest.len};
	take(&l, "signature ", word, sizeof(word));
	bytes(&l, word, signature, sizeof(signature));
	*why = "it is no statement of weir verify --sign";
	if (l.bad || l.rest.len > 0 || s->points == 0) {
		errno = EBADMSG;
		return -1;
	}
	*why = "this key did not sign it, or it was changed since";
	return key_check(k, signed_text, signature);
}
