#ifndef THUMB_ORDER_H
#define THUMB_ORDER_H

#include "cmaf_file.h"
#include "task.h"
#include "track_state.h"

/*
 * A task in the making, about the segments of one broadcast: what is to be
 * decoded is found in their files by their heads, and named by descriptor and
 * place.
 */
enum { ORDER_MAX_FDS = 256 };

struct order {
	struct buf task;
	int fd[ORDER_MAX_FDS];
	size_t fds;
	int folder; /* of the broadcast */
	struct cmaf_file *file;
	/* What units are of since the last TASK_TRACK. */
	char track[NAME_SIZE];
	uint32_t run;
	struct media_track about; /* without its config */
};

/*
 * Begin one about BROADCAST, whose folder is in MEDIA.  0 and order_fini() is
 * to be called, or -1 with errno.
 */
int order_init(struct order *o, int media, const char *broadcast);
void order_fini(struct order *o);

/* What follows is of RUN of TRACK.  0, or -1 with errno as cmaf_track(). */
int order_track(struct order *o, const char *track, uint32_t run);

/*
 * Have decoded what segment MSN begins with, which is a keyframe; or ALL that
 * is in it.  0, or -1 with errno: EBADMSG (it does not begin so), EMFILE, or
 * of open(2).
 */
int order_segment(struct order *o, uint64_t msn, bool all);

#endif
