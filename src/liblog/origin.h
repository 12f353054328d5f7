#ifndef LOG_ORIGIN_H
#define LOG_ORIGIN_H

#include "keep.h"
#include "log.h"

/*
 * Whether rows were folded from this log: a position alone does not tell, since
 * another log has events there, too, and so has one that lost its end to a
 * power cut and went on.
 */

/*
 * The BLAKE2b-256 of the bytes of the event SEQ of L; zeroes when it cannot be
 * read.  0, or -1 with errno.
 */
int origin_mark(struct log *l, uint64_t seq, uint8_t mark[KEEP_MARK_BYTES]);

/*
 * May a fold of VERSION go on from PLACE in L?  *WHY is NULL then, or why not,
 * for people.  0, or -1 with errno.
 */
int origin_judge(struct log *l, const struct keep_place *place,
    uint32_t version, const char **why);

#endif
