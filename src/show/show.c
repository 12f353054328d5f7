#include "show.h"

#include "conf.h"
#include "err.h"

#include <errno.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 8 * 1024 * 1024 };

struct print {
	const struct model *model;
	struct keyring *keys;
	struct buf line;
};

static int
print_row(void *arg, struct str key, struct str value)
{
	struct print *p = arg;
	int n;

	buf_reset(&p->line);
	if ((n = p->model->json(key, value, p->keys, &p->line)) != 1)
		return n;
	if (buf_puts(&p->line, "\n") == -1)
		return -1;
	return fwrite(p->line.p, 1, p->line.len, stdout) == p->line.len ? 0
									: -1;
}

static int
print(const struct model *m, struct projection *p)
{
	struct print print = {.model = m};
	char keys[PATH_MAX];
	int rc;

	if (conf_path(keys, CONF_STATE, "keys") == -1 ||
	    (print.keys = keyring_open(keys)) == NULL) {
		err_sys("open the keys");
		return EXIT_TEMP;
	}
	buf_init(&print.line, LINE_MAX_BYTES);
	rc = projection_walk(p, STR(""), print_row, &print);
	buf_fini(&print.line);
	keyring_close(print.keys);
	if (rc == 0 && fflush(stdout) == 0)
		return EXIT_OK;
	err_sys("print %s", m->type->name);
	return EXIT_TEMP;
}

/* Up to which seq AT goes, with NULL to the end.  An exit code. */
static int
resolve(struct log *l, const char *at, uint64_t *until)
{
	*until = UINT64_MAX;
	if (at == NULL || log_seq_meant(l, at, true, until) == 0)
		return EXIT_OK;
	if (errno == EINVAL) {
		err_msg("--at %s: want a seq or a date-time like "
			"2026-11-20T12:00:00Z",
		    at);
		return EXIT_PERM;
	}
	err_sys("look --at up in the log");
	return EXIT_TEMP;
}

int
show_model(const struct model *m, const char *at)
{
	char log_dir[PATH_MAX], projections[PATH_MAX];
	struct projection *p = NULL;
	struct log *l;
	uint64_t until;
	int rc;

	if (conf_path(log_dir, CONF_STATE, "log") == -1 ||
	    conf_path(projections, CONF_STATE, "projections") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	if ((l = log_open(log_dir)) == NULL) {
		err_sys("open the log in %s", log_dir);
		return EXIT_TEMP;
	}
	if ((rc = resolve(l, at, &until)) != EXIT_OK)
		goto out;
	/* The past is folded from the first event, the present from what is
	 * kept, which nothing depends on being up to date. */
	p = projection_open_private(
	    m->type, l, at == NULL ? projections : NULL, until);
	if (p == NULL || model_fold(p, NULL, NULL) == -1) {
		err_sys("fold %s", m->type->name);
		rc = EXIT_TEMP;
		goto out;
	}
	rc = print(m, p);
out:
	projection_close(p);
	log_close(l);
	return rc;
}
