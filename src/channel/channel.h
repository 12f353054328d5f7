#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdbool.h>

/*
 * What an operator does with channels.  Each reads the log in place,
 * appends through weir-logd, reports what went wrong, and gives an exit
 * code.
 */

/* Make channel NAME and print its stream key, alone, on stdout. */
int channel_add(const char *name, const char *title);

/* Revoke every key of NAME, and print a new one, alone, on stdout. */
int channel_key(const char *name);

int channel_title(const char *name, const char *title);

/*
 * How long NAME's broadcasts wait for an encoder that vanished: a time
 * ("90s", "5min", 0), or "usual", as long as the ingest is set to.
 */
int channel_grace(const char *name, const char *time);

/*
 * How far back NAME's live playlists reach: a time ("90s", "10min", "2h"),
 * "all" of the broadcast, or "usual", as far as weir-edged is set to.
 */
int channel_window(const char *name, const char *time);

/*
 * Which programs NAME's media goes through: the name of one in the
 * directories of pipelines, or "usual", the one that the ingest is set to.
 */
int channel_pipeline(const char *name, const char *pipeline);

/*
 * The passphrase that encrypts what encoders send to NAME over SRT: a TEXT of
 * 10 to 79 bytes; "-" for one on stdin; "new": make one, and print it, alone,
 * on stdout; or "off".
 */
int channel_passphrase(const char *name, const char *text);

int channel_remove(const char *name);

/* NAME, TAB, TITLE for each channel, a line each; or JSON. */
int channel_list(bool json);

#endif
