#include "archive.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "keys.h"
#include "opt.h"
#include "writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* The index is made by the writer, which finds it missing. */
static int
make_index(const char *log_dir)
{
	pid_t holder;
	struct log_writer *w = log_writer_open(log_dir, &holder);
	int rc;

	if (w == NULL)
		return -1;
	rc = log_writer_move(w);
	log_writer_close(w);
	return rc;
}

static int
restore(const char *dir, const char *log_dir)
{
	char why[ARCHIVE_WHY_BYTES];
	struct archive_report r;

	if (archive_restore(dir, log_dir, &r, why) == -1) {
		if (errno == EBADMSG)
			err_msg("%s", why);
		else if (errno == EEXIST)
			err_msg("there is a log in %s already; move it away "
				"first",
			    log_dir);
		else
			err_sys("restore %s from %s", log_dir, dir);
		return errno == EBADMSG || errno == EEXIST ? EXIT_PERM
							   : EXIT_TEMP;
	}
	if (make_index(log_dir) == -1) {
		err_sys("index the log in %s", log_dir);
		return EXIT_TEMP;
	}
	printf("restored %s: %" PRIu64 " events in %" PRIu64
	       " blocks, last seq %" PRIu64 "\n",
	    log_dir, r.events, r.blocks, r.last);
	if (fflush(stdout) != 0) {
		err_sys("write");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}

int
main(int argc, char *argv[])
{
	const char *keys = NULL;
	const struct opt opt[] = {
	    {.letter = 'k',
		.name = "keys",
		.arg = "KEYDIR",
		.help = "also the keys in KEYDIR, but of those whom the log "
			"forgot",
		.text = &keys},
	    {0},
	};
	static const char *const env[] = {
	    "WEIR_STATE  where log and keys are made (its folders log, keys)",
	    "WEIR_RUN    where a weir-logd would tell that it runs",
	    NULL,
	};
	const struct opt_program prog = {
	    .name = "weir-restore",
	    .summary = "make the log anew from what weir-backup copied into "
		       "DIR",
	    .operands = "[DIR]",
	    .opt = opt,
	    .env = env,
	};
	char log_dir[PATH_MAX], lock[PATH_MAX];
	pid_t logd;
	int at, code;

	if ((code = opt_parse(&prog, argc, argv, &at)) != OPT_RUN)
		return code;
	if (argc - at > 1 || (argc == at && keys == NULL)) {
		err_msg("want one directory to restore from");
		return EXIT_PERM;
	}
	if (conf_path(log_dir, CONF_STATE, "log") == -1 ||
	    conf_path(lock, CONF_RUN, "logd.lock") == -1) {
		err_sys("WEIR_STATE or WEIR_RUN");
		return EXIT_PERM;
	}
	/* It may still hold a log that was moved away. */
	if ((logd = file_lock_holder(lock)) != 0) {
		err_msg("weir-logd (pid %ld) runs on this WEIR_RUN; stop it "
			"first",
		    (long)logd);
		return EXIT_TEMP;
	}
	if (at < argc && (code = restore(argv[at], log_dir)) != EXIT_OK)
		return code;
	return keys != NULL ? keys_restore(keys, log_dir) : EXIT_OK;
}
