#ifndef RTMPD_FIGURES_H
#define RTMPD_FIGURES_H

#include <stdint.h>

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

/* What weir-rtmpd counts of itself; shown as metrics. */
struct figures {
	uint64_t connections, publishers; /* now */
	uint64_t accepted;                /* connections, ever */
	uint64_t broadcasts;              /* begun */
	uint64_t bytes;                   /* received */
	uint64_t frames, dropped, malformed;
	uint64_t restarts; /* of pipelines */
	uint64_t refused[REFUSALS];
};

#endif
