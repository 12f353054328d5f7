#ifndef RTMPD_COMMAND_H
#define RTMPD_COMMAND_H

#include "amf.h"
#include "buf.h"
#include "str.h"

#include <stdbool.h>

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

/*
 * What of connect's command object is of use; empty when it is not there.
 * Enhanced RTMP's capabilities stand in "Enhancing NetConnection connect
 * Command" of veovera's version 2.
 */
enum {
	COMMAND_CAN_RECONNECT = 0x01,
	COMMAND_CAN_MULTITRACK = 0x02,
	COMMAND_CAN_MOD_EX = 0x04,
	COMMAND_CAN_NANOSECONDS = 0x08
};

struct command_connect {
	struct str app, encoder;
	bool enhanced; /* it says something of Enhanced RTMP */
	unsigned can;  /* its capsEx */
};
void command_parse_connect(struct amf *a, struct command_connect *c);

/*
 * Append an answer's body to B; check b->failed.  ENHANCED: what we take of
 * Enhanced RTMP is said, too.
 */
void command_connected(struct buf *b, double txn, bool enhanced);
void command_result(struct buf *b, double txn, const double *value);
void command_unknown(struct buf *b, double txn);
void command_status(struct buf *b, const char *level, const char *code,
    const char *description);

#endif
