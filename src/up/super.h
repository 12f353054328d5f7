#ifndef UP_SUPER_H
#define UP_SUPER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Keeps the daemons of one instance running until told to stop by SIGINT
 * or SIGTERM, and shows what they say.
 */
struct super_settings {
	uint64_t stop_limit_s; /* for each daemon to end, before SIGKILL */
	bool quiet;            /* of what they say, only warnings and worse */
};

/*
 * Start, serve, stop.  The result is the exit code: EXIT_OK when stopped as
 * asked; EXIT_PERM when a daemon said that trying again is no use; EXIT_TEMP
 * when one could never be brought up.
 *
 * What the daemons say goes to stderr.  On stdout, once all serve: where to
 * watch and to publish, then the story (story.h).
 */
int super_run(const struct super_settings *settings);

#endif
