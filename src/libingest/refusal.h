#ifndef INGEST_REFUSAL_H
#define INGEST_REFUSAL_H

/* Why a publish was refused, or a connection dropped. */
enum refusal {
	REFUSAL_KEY,      /* wrong or missing */
	REFUSAL_BUSY,     /* the channel is live */
	REFUSAL_LOG,      /* the event log did not answer, or said no */
	REFUSAL_MEDIA,    /* a codec or configuration that we do not take */
	REFUSAL_PROTOCOL, /* not the protocol, or beyond a limit of it */
	REFUSAL_TIMEOUT,  /* too slow to publish */
	REFUSAL_LIMIT,    /* too many connections */
	REFUSAL_PLAY,     /* wanted to watch */
	REFUSAL_STOPPING, /* we are about to end */
	REFUSAL_PIPELINE, /* its programs die */
	REFUSALS
};

/*
 * What an encoder is told: a sentence, which is empty where only the case at
 * hand gives one.
 */
const char *refusal_description(enum refusal r);

#endif
