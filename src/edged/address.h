#ifndef EDGED_ADDRESS_H
#define EDGED_ADDRESS_H

#include "str.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/*
 * Addresses of hosts, and whose word about addresses counts: a proxy in
 * front has one address for everybody and tells the viewer's.
 */

/* IPv6, or IPv4 mapped into it (RFC 4291, 2.5.5.2). */
struct address {
	uint8_t byte[16];
};

/* S as people write it, without brackets and port.  False when it is none. */
bool address_parse(struct str s, struct address *out);

/* The address of a socket of AF_INET or AF_INET6; others are all zeros. */
struct address address_of(const struct sockaddr_storage *sa);

bool address_eq(const struct address *a, const struct address *b);

/*
 * What of A limits count: an IPv4 address, or the /64 of an IPv6 one, of
 * which a host has as many as it likes.
 */
struct address address_holder(const struct address *a);

/* Those that may tell for whom they ask. */
enum { TRUST_MAX = 64 };
struct trust {
	size_t n;
	struct {
		struct address address;
		unsigned bits; /* of it that count */
	} range[TRUST_MAX];
};

/*
 * Read LIST, addresses and ranges (10.0.0.0/8, fd00::/8) between commas or
 * blanks.  False when something in it is neither, or they are too many.
 */
bool trust_parse(const char *list, struct trust *out);

bool trust_has(const struct trust *t, const struct address *a);

/*
 * For whom PEER asks: itself, unless it is trusted.  Then FORWARDED (RFC
 * 7239) or, where that is empty, FORWARDED_FOR (X-Forwarded-For) is read from
 * its end, as far as those who told are trusted: what stands before was told by
 * somebody who may say anything.  What is no address ends it, too.
 */
struct address trust_client(const struct trust *t, const struct address *peer,
    struct str forwarded, struct str forwarded_for);

#endif
