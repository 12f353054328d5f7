#ifndef EDGED_OUT_H
#define EDGED_OUT_H

#include "body.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * The octets of an answer that are still to be sent: some of memory, some of a
 * file, and some words.  A peer that takes them slowly holds no thread
 * meanwhile.
 */
struct out {
	struct iovec *iov;
	size_t pieces; /* of IOV that are left */
	/* The last of them are this one's; NULL: none is.  It is borrowed. */
	struct body *body;
	int file_fd;     /* or -1 */
	off_t offset;    /* in the file */
	uint64_t bytes;  /* of the file that are left */
	struct str tail; /* what is left of a constant */
	void *kept;      /* memory of O's own, with what IOV tells; or NULL */
	struct body *kept_body; /* that O holds; or NULL */
	bool kept_file;         /* the descriptor is O's own */
	uint64_t begun_us, sent;
};

enum out_end {
	OUT_DONE,
	OUT_MORE,  /* the peer takes no more for now */
	OUT_BROKEN /* it has gone, or takes too little to be watching */
};

/* Nothing is to be sent. */
void out_init(struct out *o);

/* BYTES of FILE_FD from OFFSET on follow. */
void out_file(struct out *o, int file_fd, uint64_t offset, uint64_t bytes);

/* Whether anything is. */
bool out_pending(const struct out *o);

/* Send to FD, a socket whose sends have a deadline, what it takes. */
enum out_end out_send(struct out *o, int fd);

/*
 * Make *KEPT, which has nothing to be sent, what is left of O, of which all
 * was borrowed.  0, or -1 with errno.
 */
int out_keep(struct out *kept, const struct out *o);

/* Release what is O's own; nothing is to be sent. */
void out_fini(struct out *o);

#endif
