#ifndef LOGD_PRIVACY_H
#define LOGD_PRIVACY_H

#include "bus.h"
#include "writer.h"

/*
 * What weir-logd does for the people in the log: it seals what is personal
 * before anything of it is staged, and destroys keys.  The only writer of
 * $WEIR_STATE/keys.
 */
struct privacy;

/* The keys lie in DIR; W is borrowed.  NULL with errno, as keyring.h. */
struct privacy *privacy_open(const char *dir, struct log_writer *w);
void privacy_close(struct privacy *p);

/*
 * Make *E, which was validated and accepted, what may be stored: its data then
 * lies in P until the next call.  0; 1 with *OUT when it is not to be stored:
 * busy, or refused for WHY of CAP bytes.
 */
int privacy_seal(struct privacy *p, struct event *e, struct bus_result *out,
    char *why, size_t cap);

/*
 * *OUT is E with what is sealed in it opened, as far as there are keys; its
 * data lies in P until the next call.  0, or -1 with errno.
 */
int privacy_reveal(struct privacy *p, const struct event *e, struct event *out);

/*
 * Before what was sealed is committed: have the keys on disk.  0, or -1 after
 * reporting: end.
 */
int privacy_sync(struct privacy *p);

/* Somebody was forgotten since: commit what says so before going on. */
bool privacy_forgot(const struct privacy *p);

/*
 * Destroy the key of E's subject, E being a SubjectForgotten that is to be
 * stored next and committed before anything else is taken.  0; 1 with *OUT
 * when it is not to be stored: busy, or duplicate, since the log says it
 * already and there was no key; -1 after reporting: end.
 */
int privacy_forget(
    struct privacy *p, const struct event *e, struct bus_result *out);

#endif
