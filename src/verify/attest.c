#include "attest.h"
#include "chain.h"
#include "clock.h"
#include "err.h"
#include "file.h"
#include "hex.h"
#include "progress.h"
#include "statement.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Say why the walk could not go on, as an exit code. */
static int
stopped(const struct chain *c)
{
	if (errno != EBADMSG) {
		err_sys("read the log");
		return EXIT_TEMP;
	}
	err_msg(
	    "the chain breaks at seq %" PRIu64 ": %s", c->fault_seq, c->fault);
	return EXIT_PERM;
}

static int
flushed(void)
{
	if (fflush(stdout) == 0)
		return EXIT_OK;
	err_sys("write");
	return EXIT_TEMP;
}

/*
 * Points for a statement, some on the way to the log's end at HEAD, and the
 * end itself.  As the walks below.
 */
static int
take_points(struct chain *c, uint64_t head, struct statement *s)
{
	uint64_t stride = head / (STATEMENT_POINTS - 1) + 1, due = stride;
	struct progress progress;
	struct statement_point *p = NULL;
	int n = 0;

	progress_init(&progress, "verifying", head);
	while (c->last < head && (n = chain_next(c)) == 1) {
		progress_set(&progress, c->last);
		/* What comes now is in the place of one that is no point. */
		if (p == NULL)
			p = &s->point[s->points++];
		p->seq = c->last;
		memcpy(p->digest, c->digest, sizeof(p->digest));
		if (c->last >= due && c->last < head) {
			due = c->last + stride;
			p = NULL;
		}
	}
	progress_fini(&progress);
	return n;
}

/* Walk to the end: S has its points then.  0, or an exit code. */
static int
survey(struct log *l, struct statement *s)
{
	struct chain c;
	uint64_t head;
	int code = 0;

	*s = (struct statement){.time_us = clock_real_us()};
	if (log_head(l, &head) == -1 || chain_init(&c, l) == -1) {
		err_sys("read the log");
		return EXIT_TEMP;
	}
	if (take_points(&c, head, s) == -1)
		code = stopped(&c);
	else if (s->points == 0)
		/* The digest before the first block. */
		s->points = 1;
	s->removed = c.removed;
	chain_fini(&c);
	return code;
}

int
attest_digest(struct log *l)
{
	char digest[2 * BLOCK_DIGEST_BYTES + 1];
	const struct statement_point *end;
	struct statement s;
	int code = survey(l, &s);

	if (code != 0)
		return code;
	end = &s.point[s.points - 1];
	hex_encode(digest, end->digest, sizeof(end->digest));
	printf("%" PRIu64 " %s\n", end->seq, digest);
	return flushed();
}

int
attest_sign(struct log *l, const char *key)
{
	struct key_secret k;
	struct statement s;
	struct buf b;
	int code;

	if (key_load_secret(&k, key) == -1) {
		if (errno == EPERM)
			err_msg("%s: others may read it; chmod 600, or make "
				"another with --keygen",
			    key);
		else if (errno == EBADMSG)
			err_msg(
			    "%s: no secret key of weir verify --keygen", key);
		else
			err_sys("%s", key);
		return EXIT_PERM;
	}
	buf_init(&b, STATEMENT_MAX_BYTES);
	if ((code = survey(l, &s)) == 0) {
		if (statement_sign(&s, &k, &b) == -1) {
			err_sys("sign");
			code = EXIT_TEMP;
		} else {
			(void)fwrite(b.p, 1, b.len, stdout);
			code = flushed();
		}
	}
	key_wipe(&k);
	buf_fini(&b);
	return code;
}

/* Read the statement in FILE into *S.  0, or an exit code. */
static int
load(struct statement *s, const char *file, const char *public)
{
	struct key_public k;
	const char *why = NULL;
	struct buf b;
	int fd = -1, code = EXIT_PERM;

	buf_init(&b, STATEMENT_MAX_BYTES);
	if (key_load_public(&k, public) == -1) {
		if (errno == EBADMSG)
			err_msg("%s: no public key of weir verify --keygen",
			    public);
		else
			err_sys("%s", public);
		goto out;
	}
	if ((fd = open(file, O_RDONLY | O_CLOEXEC)) == -1 ||
	    file_read(fd, &b) == -1)
		err_sys("%s", file);
	else if (statement_read(s, &k, buf_str(&b), &why) == -1)
		err_msg("%s: %s", file, why);
	else
		code = 0;
out:
	if (fd != -1)
		(void)close(fd);
	buf_fini(&b);
	return code;
}

/*
 * Walk C up to the seq of point P.  0 when it has the digest there, or an
 * exit code; FROM is the seq up to which all was well.
 */
static int
reach(struct chain *c, const struct statement_point *p, uint64_t from,
    struct progress *progress)
{
	int n = 1;

	while (c->last < p->seq && (n = chain_next(c)) == 1)
		progress_set(progress, c->last);
	if (n == -1) {
		progress_fini(progress);
		return stopped(c);
	}
	if (c->last == p->seq &&
	    memcmp(c->digest, p->digest, sizeof(p->digest)) == 0)
		return 0;
	progress_fini(progress);
	if (c->last < p->seq)
		err_msg("the log ends at seq %" PRIu64
			", but was signed up to seq %" PRIu64 " and further",
		    c->last, p->seq);
	else
		err_msg("the log is not what was signed: it differs between "
			"seq %" PRIu64 " and %" PRIu64,
		    from + 1, p->seq);
	return EXIT_PERM;
}

int
attest_against(struct log *l, const char *file, const char *public)
{
	struct statement s;
	struct progress progress;
	struct chain c;
	char time[CLOCK_RFC3339_SIZE];
	uint64_t from = 0;
	int code;

	if ((code = load(&s, file, public)) != 0)
		return code;
	if (chain_init(&c, l) == -1) {
		err_sys("read the log");
		return EXIT_TEMP;
	}
	progress_init(&progress, "verifying", s.point[s.points - 1].seq);
	for (size_t i = 0; code == 0 && i < s.points; i++) {
		code = reach(&c, &s.point[i], from, &progress);
		from = s.point[i].seq;
	}
	progress_fini(&progress);
	if (code == 0) {
		clock_rfc3339(s.time_us, time);
		printf("the log begins with what was signed on %s, up to seq "
		       "%" PRIu64,
		    time, from);
		if (c.removed > s.removed)
			printf("; %" PRIu64 " of its events were removed since",
			    c.removed - s.removed);
		putchar('\n');
		code = flushed();
	}
	chain_fini(&c);
	return code;
}

int
attest_keygen(const char *key)
{
	if (key_make(key) == 0)
		return EXIT_OK;
	if (errno == EEXIST)
		err_msg("%s or %s.pub is there already; keys are not "
			"written over",
		    key, key);
	else
		err_sys("make the key %s", key);
	return errno == EEXIST ? EXIT_PERM : EXIT_TEMP;
}
