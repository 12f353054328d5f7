#include "keys.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "keydir.h"
#include "keyring.h"
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* Destroy what the log says is forgotten: how many, or -1 with errno. */
static int64_t
drop_forgotten(struct keyring *k, struct log_reader *r)
{
	int64_t dropped = 0;
	struct event e;
	int n;

	while ((n = log_reader_next(r, &e)) == 1 ||
	       (n == -1 && errno == EBADMSG)) {
		/* What a damaged block may have forgotten nobody can tell. */
		if (n == -1) {
			err_warn("the log is damaged at seq %" PRIu64
				 ": whom it forgot there is not known",
			    e.seq);
			continue;
		}
		if (e.type != EVENT_SubjectForgotten)
			continue;
		if ((n = keyring_destroy(k, e.subject)) == -1)
			return -1;
		dropped += n;
	}
	return n == 0 ? dropped : -1;
}

/* As above, of the log in LOG_DIR and the keys in DIR. */
static int64_t
drop(const char *log_dir, const char *dir)
{
	struct keyring *k = keyring_open_writer(dir);
	struct log *l = k != NULL ? log_open(log_dir) : NULL;
	struct log_reader *r = l != NULL ? log_reader_open(l, 1) : NULL;
	int64_t dropped = r != NULL ? drop_forgotten(k, r) : -1;

	log_reader_close(r);
	log_close(l);
	keyring_close(k);
	return dropped;
}

int
keys_restore(const char *key_dir, const char *log_dir)
{
	char dir[PATH_MAX], unfinished[PATH_MAX];
	struct keydir_report report;
	int64_t dropped;

	if (conf_path(dir, CONF_STATE, "keys") == -1 ||
	    conf_path(unfinished, CONF_STATE, "keys.new") == -1) {
		err_sys("WEIR_STATE");
		return EXIT_PERM;
	}
	/* weir-logd makes an empty one. */
	if (rmdir(dir) == -1 && errno != ENOENT) {
		if (errno == ENOTEMPTY || errno == EEXIST)
			err_msg("there are keys in %s already; move them away "
				"first",
			    dir);
		else
			err_sys("replace %s", dir);
		return EXIT_PERM;
	}
	/* Nobody who is forgotten is remembered for a moment: the keys get
	 * their place when theirs are gone. */
	if (keydir_mirror(key_dir, unfinished, &report) == -1 ||
	    (dropped = drop(log_dir, unfinished)) == -1 ||
	    rename(unfinished, dir) == -1 || file_sync_parent(dir) == -1) {
		err_sys("restore %s from %s", dir, key_dir);
		return errno == ENOENT ? EXIT_PERM : EXIT_TEMP;
	}
	printf("restored %s: %" PRIu64 " keys, %" PRId64
	       " more are of whom the log forgot\n",
	    dir, report.keys - (uint64_t)dropped, dropped);
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}
