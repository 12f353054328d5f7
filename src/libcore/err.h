#ifndef CORE_ERR_H
#define CORE_ERR_H

/*
 * Process exit codes.  A supervisor restarts on EXIT_TEMP, never on
 * EXIT_PERM.
 */
enum {
	EXIT_OK = 0,
	EXIT_PERM = 100, /* usage, configuration or data error; do not retry */
	EXIT_TEMP = 111  /* the system said no; retrying may help */
};

/*
 * Name this program in every message.  NAME is borrowed for the life of
 * the process.
 */
void err_setprog(const char *name);

/*
 * One line on stderr, "<PRIORITY>prog: text\n", where PRIORITY is the
 * journal's (sd-daemon(3)); it is there only when stderr is what
 * JOURNAL_STREAM names (systemd.exec(5)), and people do not see it.
 * Details follow the text in logfmt: "publish refused channel=alice".
 */

/* The program cannot do what it was asked (3).  Keeps and reports errno. */
void err_sys(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* As err_sys, for faults we found ourselves: errno is not reported. */
void err_msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Something is wrong, and the program goes on (4). */
void err_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Something worth knowing happened, as it should (6). */
void err_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
