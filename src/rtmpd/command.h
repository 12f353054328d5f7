#ifndef RTMPD_COMMAND_H
#define RTMPD_COMMAND_H

#include "amf.h"
#include "buf.h"
#include "str.h"

/*
 * The commands of RTMP 1.0, section 7.2, and of the Flash Media Server's
 * habits that encoders kept: what they are called and how they are
 * answered.  The bodies are AMF0, without the chunks around them.
 */
enum command {
	COMMAND_UNKNOWN,
	COMMAND_CONNECT,
	COMMAND_CREATE_STREAM,
	COMMAND_PUBLISH,
	COMMAND_UNPUBLISH,    /* FCUnpublish: ends it and wants an answer */
	COMMAND_CLOSE_STREAM, /* deleteStream, closeStream: ends it */
	COMMAND_PLAY,         /* any wish to watch */
	COMMAND_ACKNOWLEDGED, /* nothing to do; a null result is expected */
	COMMAND_ZERO,         /* the same with the number 0 */
	COMMAND_ANSWER        /* the peer answers; nothing is expected */
};

enum command command_named(struct str name);

/* What of connect's command object is of use; empty when it is not there. */
struct command_connect {
	struct str app, encoder;
};
void command_parse_connect(struct amf *a, struct command_connect *c);

/* Append an answer's body to B; check b->failed. */
void command_connected(struct buf *b, double txn);
void command_result(struct buf *b, double txn, const double *value);
void command_unknown(struct buf *b, double txn);
void command_status(struct buf *b, const char *level, const char *code,
    const char *description);

#endif
