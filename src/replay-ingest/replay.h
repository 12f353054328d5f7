#ifndef REPLAY_H
#define REPLAY_H

#include "conf.h"

#include <stdint.h>

/* What an encoder sent once is sent again: the file that it was kept in. */
struct replay_settings {
	const char *path;
	struct conf_address to;
	const char
	    *key; /* in the place of the one that was taken out, or NULL */
	uint64_t speed_permille; /* 1000: at its own pace; 0: as it is taken */
};

/* An exit code. */
int replay_run(const struct replay_settings *set);

#endif
