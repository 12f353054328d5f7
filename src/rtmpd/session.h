#ifndef RTMPD_SESSION_H
#define RTMPD_SESSION_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The server's side of one RTMP connection, without its socket: bytes in,
 * answers out, and a call for each thing that matters to the owner (RTMP
 * 1.0, section 7.2, and what OBS, ffmpeg, GStreamer and librtmp send beyond
 * it).  Only publishing is served.
 */
enum {
	SESSION_OUT_MAX = 64 * 1024, /* of answers the peer does not take */
	SESSION_WINDOW = 2500000,    /* bytes the peer sends per ours of ack */
	SESSION_STREAMS_MAX = 16     /* createStream on one connection */
};

enum session_state {
	SESSION_OPEN,       /* handshake, connect, nothing published */
	SESSION_ASKING,     /* publish() was called and not answered yet */
	SESSION_PUBLISHING, /* accepted */
	SESSION_CLOSING     /* to be closed once the answers are sent */
};

enum session_media { SESSION_AUDIO, SESSION_VIDEO, SESSION_DATA };

struct session_ops {
	/*
	 * The peer wants to publish to APP under KEY (what stands before a
	 * '?'; may be empty).  To be answered by session_accept() or
	 * session_refuse(), from here or later.
	 */
	void (*publish)(void *ctx, struct str app, struct str key);

	/*
	 * The payload of an audio, video or AMF0 data message; TIMESTAMP_MS
	 * wraps.  May call session_refuse().
	 */
	void (*media)(void *ctx, enum session_media kind, uint32_t timestamp_ms,
	    const uint8_t *p, size_t len);

	/* The peer ended what it published, in good order. */
	void (*unpublish)(void *ctx);
};

struct session;

/* SEED varies the handshake.  NULL with errno ENOMEM. */
struct session *session_open(
    const struct session_ops *ops, void *ctx, uint64_t seed);
void session_close(struct session *s);

/*
 * Take N bytes from the peer.  How many were taken: fewer than N only in
 * the state SESSION_ASKING, the rest is for after the answer.  -1 with
 * errno when the connection is to be dropped, see session_why(): EBADMSG,
 * EMSGSIZE or ENOMEM.
 */
ssize_t session_feed(struct session *s, const uint8_t *p, size_t n);

enum session_state session_state(const struct session *s);

/* Why the session failed or is closing, for people; never NULL. */
const char *session_why(const struct session *s);

/* Bytes for the peer; the owner consumes what it sent. */
struct buf *session_out(struct session *s);

/* Answer a publish() that is pending: it may begin. */
void session_accept(struct session *s);

/*
 * Tell the peer no, or no longer: an onStatus of level error with CODE
 * ("NetStream.Publish.BadName") and DESCRIPTION, then close.
 */
void session_refuse(
    struct session *s, const char *code, const char *description);

/*
 * Ask a peer that publishes to come back, since we are about to go: an
 * onStatus NetConnection.Connect.ReconnectRequest with DESCRIPTION, then
 * close.  False, and nothing done, when it does not know how to.
 */
bool session_reconnect(struct session *s, const char *description);

/*
 * Is the peer to be told how much came (section 5.4.3), before its window is
 * full?  session_acknowledge() then does.  First read all there is, its end,
 * too: a peer that closed answers with a reset, and what it had still to
 * send is lost.
 */
bool session_owes(const struct session *s);
void session_acknowledge(struct session *s);

/*
 * Ask the peer whether it is there; any answer is bytes.  Read first, as
 * before an acknowledgement.
 */
void session_ping(struct session *s, uint32_t now_ms);

/* What the peer says of itself in connect ("FMLE/3.0 ..."), or empty. */
const char *session_encoder(const struct session *s);

/* How long a session's encoder and app names may be; more is cut off. */
enum { SESSION_NAME_SIZE = 128 };

#endif
