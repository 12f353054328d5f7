#ifndef SRTD_RELEASE_H
#define SRTD_RELEASE_H

#include "str.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the libsrt that was loaded has the corrections without which nobody
 * should listen: before 1.5.1-1+deb12u2 it overflows its stack with bytes that
 * anybody may send (CVE-2026-55868, CVE-2026-55869).  The library tells only
 * 1.5.1, so for exactly that one Debian's package database is asked.
 */
enum release {
	RELEASE_GOOD,
	RELEASE_OLD,    /* older than that */
	RELEASE_UNKNOWN /* 1.5.1, and nobody tells which one */
};

enum { RELEASE_TEXT_SIZE = 128 };

/*
 * VERSION is srt_getversion()'s; the database is the file STATUS, in dpkg's
 * format, in which PACKAGE is looked for.  TEXT is what was found, for people.
 */
enum release release_check(uint32_t version, const char *status,
    const char *package, char text[RELEASE_TEXT_SIZE]);

/*
 * As dpkg --compare-versions (deb-version(7)): below 0 when A is older than B,
 * above 0 when it is newer.
 */
int release_compare(struct str a, struct str b);

#endif
