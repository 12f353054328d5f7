#ifndef SRTD_ROSTER_H
#define SRTD_ROSTER_H

#include "streamkey.h"

#include <srt/srt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Who is here, for two threads: libsrt's, in which handshakes are judged
 * (gate.h), and the daemon's, in which everything else is done.  A guest
 * arrives in the one and is taken in by the other.
 */
struct roster;

enum {
	ROSTER_HOST_SIZE = 64,
	ROSTER_PORT_SIZE = 8,
	ROSTER_CHANNEL_SIZE = 65,
	ROSTER_NAME_SIZE = 65,
	/* A handshake that was agreed to is done so soon, or never. */
	ROSTER_ARRIVAL_MS = 4000
};

struct guest {
	SRTSOCKET socket;
	char host[ROSTER_HOST_SIZE], port[ROSTER_PORT_SIZE];
	char channel[ROSTER_CHANNEL_SIZE]; /* that the key opens */
	char key[STREAMKEY_MAX_BYTES + 1];
	char name[ROSTER_NAME_SIZE]; /* what the encoder calls itself */
	bool secret;                 /* a passphrase was set for it */
	uint64_t since_ms;           /* it arrived */
};

/* At most TOTAL guests, PER_ADDRESS of one host.  NULL with errno ENOMEM. */
struct roster *roster_open(size_t total, size_t per_address);
void roster_close(struct roster *r);

enum roster_room {
	ROSTER_ROOM,
	ROSTER_FULL,         /* there are TOTAL */
	ROSTER_FULL_ADDRESS, /* there are PER_ADDRESS */
	ROSTER_NO_MEMORY
};

/* Is there room for one more of HOST? */
enum roster_room roster_room(struct roster *r, const char *host);

/* G arrives: its handshake goes on.  G is copied. */
enum roster_room roster_arrive(struct roster *r, const struct guest *g);

/* Its handshake is done: it is here, until it leaves.  False: nobody knows it.
 */
bool roster_take(struct roster *r, SRTSOCKET socket, struct guest *g);
void roster_leave(struct roster *r, SRTSOCKET socket);

/* Media of it came at NOW_MS, so it publishes to its channel. */
void roster_heard(struct roster *r, SRTSOCKET socket, uint64_t now_ms);

/* When media for CHANNEL came last, of anybody who is here; 0: never. */
uint64_t roster_last_heard(struct roster *r, const char *channel);

/* True while somebody is arriving, or is here. */
bool roster_any(struct roster *r);

/*
 * One who arrived ROSTER_ARRIVAL_MS ago and never came in, into G: libsrt
 * ended its handshake, as it does where the passphrase is not the same.
 * False when there is none.
 */
bool roster_lost(struct roster *r, uint64_t now_ms, struct guest *g);

#endif
