#ifndef UP_STORY_H
#define UP_STORY_H

/*
 * Follows the log in place and tells, in a sentence each, what whoever
 * started the platform waits for: a broadcast's first playable picture, and
 * its end.  Only what happens from now on is told.
 */
struct story;

enum {
	STORY_MAX_LIVE = 256, /* broadcasts at a time that are followed */
	STORY_MAX_TURN = 4096 /* events taken in one turn */
};

/* TEXT is a line without its newline, valid inside the call. */
typedef void story_fn(void *arg, const char *text);

/*
 * Follow the log in DIR, which need not be there yet.  NULL with errno
 * ENOMEM.
 */
struct story *story_open(const char *dir, story_fn *tell, void *arg);
void story_close(struct story *s);

/*
 * Tell what is new.  Called a few times a second, once weir-logd serves.
 * A log that cannot be read is reported and tried again.
 */
void story_turn(struct story *s);

#endif
