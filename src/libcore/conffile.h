#ifndef CORE_CONFFILE_H
#define CORE_CONFFILE_H

#include "str.h"

/*
 * Settings from a file: lines of KEY=value as systemd.exec(5) describes for
 * EnvironmentFile=, less what makes that hard to read.
 *
 *	# a comment, and so is a line that begins with ;
 *	KEY=the value, without the blanks at its end
 *	KEY="a \" and a \\ and a $ in quotes, blanks kept "
 *	KEY='nothing is special in here'
 *
 * What is accepted means the same to systemd.  A backslash outside quotes,
 * a line that goes on behind its closing quote, and a value over several
 * lines are refused.
 */
enum {
	CONFFILE_MAX = 64 * 1024, /* bytes of a file */
	CONFFILE_MAX_LINE = 4096  /* bytes of a line */
};

/* Where and why a file was refused. */
struct conffile_error {
	unsigned line;   /* from 1; 0: the file as a whole */
	const char *why; /* a sentence's end for people; static */
};

/*
 * Called for each setting, in order.  KEY and VALUE are valid inside the
 * call only.  Non-zero stops.
 */
typedef int conffile_fn(void *arg, const char *key, const char *value);

/*
 * Call FN for each setting in TEXT.  0, what FN returned, or -1 with errno
 * EBADMSG and *E filled in; FN was then called for the lines before.
 */
int conffile_parse(
    struct str text, conffile_fn *fn, void *arg, struct conffile_error *e);

/*
 * The same for the file PATH.  -1 is also returned with errno as open(2)
 * and read(2) leave it, and *E then has a NULL why.
 */
int conffile_read(
    const char *path, conffile_fn *fn, void *arg, struct conffile_error *e);

/*
 * Put each WEIR_* setting of the file PATH into the environment, except
 * those that are there already; other keys are passed over.  0, or -1 after
 * reporting what is wrong, with errno as above.
 */
int conffile_load(const char *path);

#endif
