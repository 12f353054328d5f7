#ifndef CORE_UUID_H
#define CORE_UUID_H

enum { UUID_TEXT_SIZE = 37 };

/*
 * A new UUID of version 7 (RFC 9562, section 5.7) in its text form, with a
 * NUL, into DST: 48 bits of milliseconds, then random bits.  0, or -1 with
 * errno when the system gives no random bytes.
 */
int uuid_v7(char dst[UUID_TEXT_SIZE]);

/*
 * Make the UUIDv7 in TEXT the next one: its random part counts up by one (RFC
 * 9562, 6.2, method 2).  For whoever makes many at once and has made the first
 * with uuid_v7(): it costs no random bytes.
 */
void uuid_next(char text[UUID_TEXT_SIZE]);

#endif
