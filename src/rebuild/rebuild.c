#include "rebuild.h"

#include "err.h"
#include "hex.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct progress {
	const struct rebuild *rebuild;
	uint64_t head;
	bool shown;
};

static void
on_turn(void *arg, struct projection *p)
{
	struct progress *w = arg;
	uint64_t seq = projection_seq(p);

	/* Whoever is interrupted goes on from here; the end tells if that
	 * cannot be written. */
	(void)projection_settle(p);
	if (!w->rebuild->progress || w->head == 0)
		return;
	fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " events, %" PRIu64 " %%",
	    seq, w->head, seq * 100 / w->head);
	w->shown = true;
}

/* Fold all of P, which is of M.  0, or -1 after reporting. */
static int
fold(const struct rebuild *r, const struct model *m, struct projection *p)
{
	struct progress w = {.rebuild = r};
	int rc = log_head(r->log, &w.head);

	if (rc == 0)
		rc = model_fold(p, on_turn, &w);
	if (w.shown)
		fputs("\r\033[K", stderr);
	if (rc == -1)
		err_sys("fold %s", m->type->name);
	return rc;
}

enum { HEX_SIZE = 2 * PROJECTION_DIGEST_BYTES + 1 };

/* The digest of P in hexadecimal.  0, or -1 after reporting. */
static int
digest_of(struct projection *p, const struct model *m, char hex[HEX_SIZE])
{
	uint8_t digest[PROJECTION_DIGEST_BYTES];

	if (projection_digest(p, digest) == -1) {
		err_sys("read the rows of %s", m->type->name);
		return -1;
	}
	hex_encode(hex, digest, sizeof(digest));
	return 0;
}

static int
print(const struct model *m, const struct projection *p, const char *hex,
    const char *verdict)
{
	printf("%s %" PRIu64 " %s%s\n", m->type->name, projection_seq(p), hex,
	    verdict);
	if (fflush(stdout) == 0)
		return EXIT_OK;
	err_sys("write");
	return EXIT_TEMP;
}

int
rebuild_model(const struct rebuild *r, const struct model *m)
{
	struct projection *p;
	char hex[HEX_SIZE];
	int rc = EXIT_TEMP;
	pid_t holder;

	p = projection_open(m->type, r->log, r->projections, &holder);
	if (p == NULL && errno == EBUSY) {
		err_msg("process %ld keeps %s: stop it first, or compare with "
			"--check",
		    (long)holder, m->type->name);
		return EXIT_TEMP;
	}
	if (p == NULL) {
		err_sys("open %s/%s", r->projections, m->type->name);
		return EXIT_TEMP;
	}
	if (projection_drop(p) == -1) {
		err_sys("drop %s/%s", r->projections, m->type->name);
		goto out;
	}
	if (fold(r, m, p) == -1)
		goto out;
	if (projection_commit(p) == -1) {
		err_sys("write %s/%s", r->projections, m->type->name);
		goto out;
	}
	if (digest_of(p, m, hex) == 0)
		rc = print(m, p, hex, "");
out:
	projection_close(p);
	return rc;
}

/* What is kept of M, or NULL after reporting with an exit code in *CODE. */
static struct projection *
open_kept(const struct rebuild *r, const struct model *m, int *code)
{
	struct projection *p =
	    projection_open_kept(m->type, r->log, r->projections);

	if (p != NULL)
		return p;
	*code = EXIT_PERM;
	if (errno == ENOENT) {
		err_msg("nothing is kept of %s in %s", m->type->name,
		    r->projections);
	} else if (errno == ESTALE) {
		err_msg("what is kept of %s is of another fold or of another "
			"log: whoever opens it next folds it anew",
		    m->type->name);
	} else {
		err_sys("open %s/%s", r->projections, m->type->name);
		*code = EXIT_TEMP;
	}
	return NULL;
}

int
rebuild_check(const struct rebuild *r, const struct model *m)
{
	char kept_hex[HEX_SIZE], hex[HEX_SIZE];
	struct projection *kept, *p = NULL;
	int rc = EXIT_TEMP;
	bool same;

	if ((kept = open_kept(r, m, &rc)) == NULL)
		return rc;
	if (digest_of(kept, m, kept_hex) == -1)
		goto out;
	p = projection_open_private(
	    m->type, r->log, NULL, projection_seq(kept));
	if (p == NULL) {
		err_sys("open a private projection");
		goto out;
	}
	if (fold(r, m, p) == -1 || digest_of(p, m, hex) == -1)
		goto out;
	same = strcmp(hex, kept_hex) == 0;
	rc = print(m, p, hex, same ? " same" : " differs");
	if (rc == EXIT_OK && !same) {
		err_msg(
		    "%s is kept as %s: rebuild it", m->type->name, kept_hex);
		rc = EXIT_PERM;
	}
out:
	projection_close(p);
	projection_close(kept);
	return rc;
}
