#ifndef AUTH_PASSPHRASE_H
#define AUTH_PASSPHRASE_H

/*
 * The passphrase of a channel, from which SRT makes the key that encrypts
 * what an encoder sends (SRTO_PASSPHRASE).  Unlike a stream key it must be
 * had as text by whoever listens.
 */
enum { PASSPHRASE_MIN_BYTES = 10, PASSPHRASE_MAX_BYTES = 79 };

#endif
