#ifndef INGEST_BROADCAST_OWN_H
#define INGEST_BROADCAST_OWN_H

#include "broadcast.h"
#include "choice.h"
#include "gauge.h"
#include "journal.h"
#include "mux.h"
#include "runner.h"

/*
 * A broadcast from within, for the files that are it: broadcast.c has one,
 * launch.c its pipeline, broadcasts.c all of them.
 */
struct broadcast {
	struct broadcasts *set;
	struct broadcast *next, **link;
	char channel[JOURNAL_CHANNEL_SIZE], id[UUID_TEXT_SIZE];
	enum broadcast_stage stage;
	const struct broadcast_source *source; /* while it is live */
	void *ctx;

	uint64_t grace_ms;
	uint64_t interrupted_ms, until_ms; /* while it is */

	struct mux *mux;
	struct beat beat;
	struct runner runner;
	char pipeline[PROGRAM_NAME_SIZE]; /* the channel's own, or "" */
	uint64_t choose_ms; /* until then that is asked for; 0: it is not */
	bool early;         /* media came before that was known */
	char clock[UUID_TEXT_SIZE]; /* the name of the pipe's clock */
	uint64_t replayed_ms;       /* a pipeline began with what was kept */
	unsigned replays;           /* so many in a row that died soon */
	struct gauge gauge;

	char reason[JOURNAL_REASON_SIZE]; /* of the interruption, or the end */
	bool handed_on; /* it does not end, only our part in it */
	bool ended;     /* the pipeline, too: the log is to be told */
	bool told;      /* and its answer is awaited */
};

struct broadcasts {
	struct broadcasts_setup setup;
	struct choices *choices;
	struct broadcast *first;
	size_t n;
	struct buf
	    turns; /* interruptions and returns the bus has no room for */
	struct buf batch; /* of IngestMeasured */
	bool unanswered;  /* the last batch is */
	uint64_t measured_ms;
};

struct journal_about broadcast_about(const struct broadcast *b);

/* Forget B, and kill what runs of it. */
void broadcast_destroy(struct broadcast *b);

/* Tell the log that B ended; when the bus is full the next tick tries again. */
void broadcast_tell_end(struct broadcast *b);

/* Let its pipeline finish, and leave B, which is interrupted, as it is. */
void broadcast_hand_on(struct broadcast *b);

/*
 * Start B's pipeline for the first time in this process, once it is known which
 * one that is; or, when nobody says so in time, the usual one.
 */
void broadcast_choose(struct broadcast *b, uint64_t now_ms);
void broadcast_choose_on(struct broadcast *b, uint64_t now_ms);

/* The pipeline has ended, and nothing comes after that. */
void broadcast_over(struct broadcast *b);

/* It does not live, as HOW says, so B cannot go on. */
void broadcast_give_up(struct broadcast *b, const char *how);

/* The grace time of B is over. */
void broadcast_lapse(struct broadcast *b);

/* Tell the log of interruptions and returns; true when all of it is said. */
bool broadcasts_tell_turns(struct broadcasts *set);

#endif
