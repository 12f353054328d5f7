#ifndef INGEST_FIGURES_H
#define INGEST_FIGURES_H

#include "refusal.h"

#include <stdint.h>

/* What an ingest counts of itself; shown as metrics. */
struct figures {
	uint64_t connections, publishers; /* now */
	uint64_t accepted;                /* connections, ever */
	uint64_t broadcasts;              /* begun */
	uint64_t interrupted;             /* broadcasts, now */
	uint64_t resumed, taken_over;     /* ever */
	uint64_t bytes;                   /* received */
	uint64_t frames, dropped, malformed;
	uint64_t restarts; /* of pipelines */
	uint64_t refused[REFUSALS];
};

/* The rows of a struct daemon_metric array that tell F, names behind P. */
#define FIGURES_METRICS(p, f)                                                  \
	{p "connections", "Connections now", "gauge", &(f)->connections},      \
	    {p "publishers", "Encoders that publish now", "gauge",             \
		&(f)->publishers},                                             \
	    {p "accepted_total", "Connections accepted", "counter",            \
		&(f)->accepted},                                               \
	    {p "broadcasts_total", "Broadcasts begun", "counter",              \
		&(f)->broadcasts},                                             \
	    {p "interrupted", "Broadcasts that wait for their encoder",        \
		"gauge", &(f)->interrupted},                                   \
	    {p "resumed_total", "Broadcasts that went on after a wait",        \
		"counter", &(f)->resumed},                                     \
	    {p "taken_over_total", "Encoders that made room for another",      \
		"counter", &(f)->taken_over},                                  \
	    {p "bytes_total", "Bytes received", "counter", &(f)->bytes},       \
	    {p "frames_total", "Frames received", "counter", &(f)->frames},    \
	    {p "dropped_frames_total",                                         \
		"Frames that the pipeline did not take", "counter",            \
		&(f)->dropped},                                                \
	    {p "malformed_frames_total", "Audio and video messages of no use", \
		"counter", &(f)->malformed},                                   \
	    {p "pipeline_restarts_total", "Pipelines started again",           \
		"counter", &(f)->restarts},                                    \
	    {p "refused_key_total", "Refused: no such stream key", "counter",  \
		&(f)->refused[REFUSAL_KEY]},                                   \
	    {p "refused_busy_total", "Refused: the channel is live",           \
		"counter", &(f)->refused[REFUSAL_BUSY]},                       \
	    {p "refused_log_total", "Refused: the event log did not answer",   \
		"counter", &(f)->refused[REFUSAL_LOG]},                        \
	    {p "refused_media_total", "Refused: codec not supported",          \
		"counter", &(f)->refused[REFUSAL_MEDIA]},                      \
	    {p "refused_protocol_total", "Dropped: broke the protocol",        \
		"counter", &(f)->refused[REFUSAL_PROTOCOL]},                   \
	    {p "refused_timeout_total", "Dropped: too slow to publish",        \
		"counter", &(f)->refused[REFUSAL_TIMEOUT]},                    \
	    {p "refused_limit_total", "Dropped: too many connections",         \
		"counter", &(f)->refused[REFUSAL_LIMIT]},                      \
	{                                                                      \
		p "refused_play_total", "Refused: wanted to play", "counter",  \
		    &(f)->refused[REFUSAL_PLAY]                                \
	}

#endif
