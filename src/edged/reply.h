#ifndef EDGED_REPLY_H
#define EDGED_REPLY_H

#include "blob.h"
#include "body.h"
#include "head.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * An answer to one request, sent with as few system calls as there are:
 * one for head and body, or one for the head and one for a file.
 */

enum { REPLY_HEAD_BYTES = 2048, REPLY_DATE_SIZE = 32 };

struct address;
struct download;
struct out;
struct wait;

/* The request's side of the exchange. */
struct exchange {
	int fd;                  /* blocking, with a deadline for each send */
	const struct head *head; /* NULL: it could not be read */
	struct str body;         /* of the request */
	const struct address *client; /* for whom it is */
	struct wait *wait; /* for those that may wait (wait.h), or NULL */
	struct out *out;   /* takes what the peer does not yet, or NULL */
	bool keep;       /* the connection is kept; reply_send() may clear it */
	unsigned status; /* of what was sent, or 0 */
	uint64_t sent_bytes;
	bool cut;        /* not all of it could be sent */
	bool unfinished; /* what is left is in OUT */
	struct {
		bool on;              /* more chunks follow, see trickle.h */
		uint64_t sent, inode; /* of the file that grows */
	} trickle;
	struct download *download; /* more of it follows, see download.h */
};

/* Groups of fields that belong to a kind of resource. */
enum reply_fields {
	REPLY_PUBLIC = 1, /* readable from every origin (CORS) */
	REPLY_PAGE = 2    /* a page of ours: its content security policy */
};

struct reply {
	unsigned status;
	unsigned fields;     /* of enum reply_fields */
	const char *type;    /* Content-Type, or NULL without a body */
	const char *caching; /* Cache-Control */
	const char *etag;    /* with its quotes, or NULL */
	const char *coding;  /* "gzip"; "": it would be for others; or NULL */
	const char *extra;   /* further fields, each with its CRLF, or NULL */
	uint64_t modified_s; /* Last-Modified, or 0 */
	bool ranges;         /* Accept-Ranges: bytes */
	bool chunked;        /* its length is not known; see reply_begin() */
	struct str body;
	struct body *pieces; /* or, when not NULL, this */

	/* Or, with FILE: PART_BYTES of it from PART_OFFSET on. */
	bool file;
	int file_fd;
	uint64_t part_offset, part_bytes;
};

/*
 * Send R; to HEAD without its body, and 304 in its place when R has a tag
 * and the request says that the client has it (RFC 9110, 13).
 */
void reply_send(struct exchange *x, const struct reply *r);

/*
 * The same where the length is not known: send R's head, R being CHUNKED and
 * without a body, then pieces of a file, each as soon as it is there, then the
 * end (RFC 9112, 7.1).  Only to a GET of HTTP/1.1.  False when the peer does
 * not take it, and X is cut; nothing may follow then.  Nothing may either while
 * X is unfinished.
 */
bool reply_begin(struct exchange *x, const struct reply *r);

/*
 * Or of a body of PART_BYTES that is in many places: of each, after
 * reply_begin(), PART and then BYTES of FILE_FD from OFFSET on.  As above.
 */
bool reply_more(struct exchange *x, struct str part, int file_fd,
    uint64_t offset, uint64_t bytes);

bool reply_chunk(
    struct exchange *x, int file_fd, uint64_t offset, uint64_t bytes);
bool reply_finish(struct exchange *x);

/*
 * Send B with STATUS 200, packed when the client takes that, as a resource of
 * TYPE that every origin may read.
 */
void reply_blob(
    struct exchange *x, struct blob *b, const char *type, const char *caching);

/* The same of B, which is packed already when it is. */
void reply_body(
    struct exchange *x, struct body *b, const char *type, const char *caching);

/* A short text for people, never cached. */
void reply_text(struct exchange *x, unsigned status, unsigned fields,
    const char *text, const char *extra);

/* {"error":{"status":...,"message":...}}, never cached, for /api. */
void reply_error_json(
    struct exchange *x, unsigned status, const char *text, const char *extra);

/* TIME_S as HTTP writes it (RFC 9110, 5.6.7): IMF-fixdate. */
void reply_date(uint64_t time_s, char dst[REPLY_DATE_SIZE]);

/* True when LIST, the value of If-None-Match, holds ETAG or is "*". */
bool reply_etag_matches(struct str list, const char *etag);

#endif
