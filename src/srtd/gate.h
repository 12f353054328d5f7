#ifndef SRTD_GATE_H
#define SRTD_GATE_H

#include "admission.h"
#include "roster.h"

#include <srt/srt.h>

/*
 * Whether an encoder may come in, and by which passphrase, is decided while
 * its handshake waits, so that it is told no with a reason.  libsrt asks in
 * its own thread, which receives the packets of all encoders, and wants the
 * answer at once.  So the gate asks the event log there, over a connection to
 * the bus of its own, and waits: some tenths of a millisecond when all is well,
 * at most GATE_ASK_MS, and in the long run a GATE_SHARE-th of the time, after
 * which it refuses without a question.  What comes meanwhile waits in the
 * socket, and what does not fit there is sent again.  Who guesses keys is not
 * listened to.
 *
 * Why not a copy of all keys' hashes and passphrases, kept by listening to the
 * bus: it would be a second truth, which lags when the bus loses a message, and
 * a process that parses what strangers send would hold the secrets of channels
 * that nobody publishes to.
 *
 * What is decided here is not final where it is to let in: the admission in
 * the daemon's loop guards by the log's versions that a channel has one
 * broadcast at a time.
 */
enum {
	GATE_ASK_MS = 500,      /* for all answers of one handshake */
	GATE_SHARE = 5,         /* of the time, that may be waited */
	GATE_IDLE_MS = 1000,    /* an encoder that is heard is not half dead */
	GATE_GUESSES = 20,      /* wrong keys of one address... */
	GATE_GUESSES_MS = 10000 /* ...in such a time: then no more */
};

struct gate;

/* Borrowed for the life of the gate, what it points to. */
struct gate_setup {
	struct roster *roster;
	const char *source; /* whose broadcasts are ours: "weir-srtd" */
	enum takeover takeover;
	int wake_fd; /* an eventfd: written to when somebody arrives */
};

/* NULL with errno. */
struct gate *gate_open(const struct gate_setup *setup);

/* Only once the listener that asks is closed. */
void gate_close(struct gate *g);

/* We are about to end: everybody is refused from now on. */
void gate_shut(struct gate *g);

/* For srt_listen_callback(); OPAQUE is the gate. */
int gate_judge(void *opaque, SRTSOCKET socket, int version,
    const struct sockaddr *peer, const char *streamid);

/* One who was refused. */
struct gate_verdict {
	enum refusal refusal;
	char host[ROSTER_HOST_SIZE], port[ROSTER_PORT_SIZE];
	char channel[ROSTER_CHANNEL_SIZE];
	char why[96];
};

/* Take the next verdict that was not taken yet; false when there is none. */
bool gate_verdict(struct gate *g, struct gate_verdict *v);

#endif
