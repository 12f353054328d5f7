#ifndef RTMPD_REFUSAL_H
#define RTMPD_REFUSAL_H

/* Why a publish was refused, or a connection dropped. */
enum refusal {
	REFUSAL_KEY,      /* wrong or missing */
	REFUSAL_BUSY,     /* the channel is live */
	REFUSAL_LOG,      /* the event log did not answer, or said no */
	REFUSAL_MEDIA,    /* a codec or configuration that we do not take */
	REFUSAL_PROTOCOL, /* not RTMP, or beyond a limit of it */
	REFUSAL_TIMEOUT,  /* too slow to publish */
	REFUSAL_LIMIT,    /* too many connections */
	REFUSAL_PLAY,     /* wanted to watch */
	REFUSAL_STOPPING, /* we are about to end */
	REFUSALS
};

/*
 * What an encoder is told: the code of its onStatus, and a sentence, which
 * is empty where only the case at hand gives one.
 */
const char *refusal_code(enum refusal r);
const char *refusal_description(enum refusal r);

#endif
