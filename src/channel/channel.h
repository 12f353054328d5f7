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
int channel_remove(const char *name);

/* NAME, TAB, TITLE for each channel, a line each; or JSON. */
int channel_list(bool json);

#endif
