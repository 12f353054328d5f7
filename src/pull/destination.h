#ifndef PULL_DESTINATION_H
#define PULL_DESTINATION_H

enum { DESTINATION_MAX = 4096 };

/*
 * Where to publish to, into DST: what the file TO_FILE says, or with the
 * stream key that the file KEY_FILE or WEIR_KEY has, to this host's
 * weir-rtmpd; "" when nothing says so.  Either file may be NULL.  0, or -1
 * after reporting the cause.
 */
int destination_read(
    char dst[DESTINATION_MAX], const char *to_file, const char *key_file);

#endif
