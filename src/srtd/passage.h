#ifndef SRTD_PASSAGE_H
#define SRTD_PASSAGE_H

#include "passphrase.h"
#include "roster.h"
#include "streamid.h"

/*
 * What the event log says of an encoder that asks to come in, looked up over
 * the bus and waited for; see gate.h.
 */
struct passage;

enum passage_result {
	PASSAGE_OPEN,          /* the key opens the channel */
	PASSAGE_NO_KEY,        /* none of those in the stream id opens one */
	PASSAGE_OTHER_CHANNEL, /* another one than the stream id names */
	PASSAGE_NO_SECRET,     /* there is a passphrase, and it cannot be had */
	PASSAGE_SILENT         /* the log does not answer, or did not of late */
};

struct passage_answer {
	char channel[ROSTER_CHANNEL_SIZE];
	struct str key; /* which of the stream id's it was */
	char secret[PASSPHRASE_MAX_BYTES + 1]; /* the passphrase; empty: none */
	bool open; /* the channel has a broadcast, by the log */
	bool ours; /* that is one of SOURCE's */
};

/* Broadcasts that SOURCE began are ours.  NULL with errno. */
struct passage *passage_open(const char *source);
void passage_close(struct passage *p);

/* By one thread at a time.  A's secret is to be wiped after use. */
enum passage_result passage_ask(
    struct passage *p, const struct streamid *id, struct passage_answer *a);
void passage_wipe(struct passage_answer *a);

#endif
