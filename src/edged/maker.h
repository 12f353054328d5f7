#ifndef EDGED_MAKER_H
#define EDGED_MAKER_H

#include "catalog.h"
#include "clip_ask.h"
#include "clips.h"
#include "library.h"
#include "say.h"

/*
 * Makes clips: sees that what they are of is there, and has the log say so in
 * a way that no removal of it can come between.
 */
struct maker;

/* Borrowed, but LOG_DIR. */
struct maker_parts {
	const char *log_dir;
	struct catalog *catalog;
	struct library *library;
	struct clips *clips;
	struct say *say;
	uint64_t max_us; /* no clip is longer */
};

struct maker *maker_open(const struct maker_parts *parts); /* NULL, errno */
void maker_close(struct maker *m);

enum maker_end {
	MAKER_MADE,     /* it is there, and can be played */
	MAKER_WAS_MADE, /* by a request with the same key, before */
	MAKER_NONE,     /* there is no such recording */
	MAKER_GONE,     /* not all of it is there */
	MAKER_BAD,      /* the range makes no sense: WHY */
	MAKER_AWAY,     /* the log cannot be written now */
	MAKER_FULL      /* too many are at it */
};

struct maker_answer {
	enum maker_end end;
	const char *why; /* of MAKER_BAD, a sentence */
	struct clip_state clip;
};

/*
 * Make the clip ASK describes, or say why not.  KEY is what the client calls
 * its request, or empty: the same again makes no second clip.
 */
void maker_make(struct maker *m, const struct clip_ask *ask, struct str key,
    struct maker_answer *out);

#endif
