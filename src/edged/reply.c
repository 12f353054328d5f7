#include "reply.h"

#include "clock.h"
#include "out.h"

#include <inttypes.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One who takes nothing that long is cut, where nobody keeps the rest. */
enum { STALL_MS = 10000 };

static const char *
status_text(unsigned status)
{
	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 204:
		return "No Content";
	case 206:
		return "Partial Content";
	case 304:
		return "Not Modified";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 414:
		return "URI Too Long";
	case 408:
		return "Request Timeout";
	case 411:
		return "Length Required";
	case 413:
		return "Content Too Large";
	case 415:
		return "Unsupported Media Type";
	case 416:
		return "Range Not Satisfiable";
	case 422:
		return "Unprocessable Content";
	case 429:
		return "Too Many Requests";
	case 500:
		return "Internal Server Error";
	case 501:
		return "Not Implemented";
	case 503:
		return "Service Unavailable";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "Error";
	}
}

void
reply_date(uint64_t time_s, char dst[REPLY_DATE_SIZE])
{
	/* strftime would follow the locale and be slower. */
	static const char day[7][4] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t t = (time_t)time_s;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year > 9999 - 1900) {
		dst[0] = '\0';
		return;
	}
	(void)snprintf(dst, REPLY_DATE_SIZE,
	    "%s, %02u %s %04u %02u:%02u:%02u GMT", day[tm.tm_wday % 7],
	    (unsigned)tm.tm_mday % 100, month[tm.tm_mon % 12],
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
	    (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}

bool
reply_etag_matches(struct str list, const char *etag)
{
	size_t len = strlen(etag);

	while (list.len > 0) {
		size_t n = 0;

		if (strchr(" \t,", list.p[0]) != NULL) {
			list.p++;
			list.len--;
			continue;
		}
		while (n < list.len && list.p[n] != ',')
			n++;
		/* The comparison is the weak one (RFC 9110, 13.1.2). */
		if (str_starts(list, STR("W/"))
			? n >= len + 2 && memcmp(list.p + 2, etag, len) == 0
			: n >= len && memcmp(list.p, etag, len) == 0)
			return true;
		if (list.p[0] == '*')
			return true;
		list.p += n;
		list.len -= n;
	}
	return false;
}

/* The client has it already (RFC 9110, 13.2.2: the tag goes first). */
static bool
not_modified(const struct exchange *x, const struct reply *r)
{
	const struct head *h = x->head;
	char date[REPLY_DATE_SIZE];

	if (r->status != 200 || h == NULL ||
	    (h->method != METHOD_GET && h->method != METHOD_HEAD))
		return false;
	if (h->if_none_match.len > 0)
		return r->etag != NULL &&
		       reply_etag_matches(h->if_none_match, r->etag);
	/* Clients send back what they were given; no other date counts. */
	if (h->if_modified_since.len == 0 || r->modified_s == 0)
		return false;
	reply_date(r->modified_s, date);
	return str_eqz(h->if_modified_since, date);
}

/* The head's text grows in place; one that does not fit is our bug. */
struct text {
	char *p;
	size_t len, cap;
};

static void
put(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (n >= t->cap - t->len)
		n = t->cap - t->len - 1;
	memcpy(t->p + t->len, s, n);
	t->len += n;
}

static void
put_number(struct text *t, uint64_t n)
{
	char digits[24];
	size_t i = sizeof(digits);

	digits[--i] = '\0';
	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	put(t, digits + i);
}

static void
put_field(struct text *t, const char *name, const char *value)
{
	put(t, name);
	put(t, value);
	put(t, "\r\n");
}

/*
 * Lit styles its elements from script, and hls.js feeds the player blobs
 * from a worker that is one too; nothing else comes from elsewhere.
 */
static const char policy[] =
    "Content-Security-Policy: default-src 'self'; media-src 'self' blob: "
    "data:; "
    "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

static const char cors[] =
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: Content-Length, Content-Range, Date, "
    "ETag\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n";

static size_t
make_head(const struct exchange *x, const struct reply *r, unsigned status,
    uint64_t length, char dst[REPLY_HEAD_BYTES])
{
	struct text t = {.p = dst, .cap = REPLY_HEAD_BYTES};
	char date[REPLY_DATE_SIZE];

	put(&t, "HTTP/1.1 ");
	put_number(&t, status);
	put(&t, " ");
	put_field(&t, status_text(status), "");
	reply_date(clock_real_us() / 1000000, date);
	put_field(&t, "Date: ", date);
	if (r->chunked) {
		put(&t, "Transfer-Encoding: chunked\r\n");
		put_field(&t, "Content-Type: ", r->type);
	} else if (status != 204 && status != 304) {
		put(&t, "Content-Length: ");
		put_number(&t, length);
		put(&t, "\r\n");
		if (r->type != NULL)
			put_field(&t, "Content-Type: ", r->type);
	}
	if (r->caching != NULL)
		put_field(&t, "Cache-Control: ", r->caching);
	if (r->etag != NULL)
		put_field(&t, "ETag: ", r->etag);
	if (r->modified_s != 0) {
		reply_date(r->modified_s, date);
		put_field(&t, "Last-Modified: ", date);
	}
	if (r->ranges)
		put(&t, "Accept-Ranges: bytes\r\n");
	if (r->coding != NULL)
		put(&t, "Vary: Accept-Encoding\r\n");
	if (r->coding != NULL && *r->coding != '\0') {
		put(&t, "Content-Encoding: ");
		put(&t, r->coding);
		put(&t, "\r\n");
	}
	if (r->extra != NULL)
		put(&t, r->extra);
	put(&t, "X-Content-Type-Options: nosniff\r\n");
	if (r->fields & REPLY_PUBLIC)
		put(&t, cors);
	if (r->fields & REPLY_PAGE)
		put(&t, policy);
	if (!x->keep)
		put(&t, "Connection: close\r\n");
	else if (x->head != NULL && x->head->http_1_0)
		put(&t, "Connection: keep-alive\r\n");
	put(&t, "\r\n");
	return t.len;
}

/*
 * Send O, all of it unless X keeps what its peer does not take now.  What was
 * begun and cannot be finished leaves the connection useless.
 */
static bool
send_out(struct exchange *x, struct out *o)
{
	struct pollfd p = {.fd = x->fd, .events = POLLOUT};
	enum out_end end;

	while ((end = out_send(o, x->fd)) == OUT_MORE)
		if (x->out != NULL || poll(&p, 1, STALL_MS) != 1)
			break;
	x->sent_bytes += o->sent;
	if (end == OUT_MORE && x->out != NULL && out_keep(x->out, o) == 0)
		x->unfinished = true;
	else if (end != OUT_DONE) {
		x->cut = true;
		x->keep = false;
	}
	return !x->cut;
}

/* What R's body is made of, into IOV of BODY_MAX_PIECES; how many pieces. */
static size_t
put_body(struct iovec *iov, const struct reply *r)
{
	if (r->pieces != NULL) {
		memcpy(iov, r->pieces->piece, r->pieces->pieces * sizeof(*iov));
		return r->pieces->pieces;
	}
	/* sendmsg(2) takes bytes it will not write through a plain pointer. */
	memcpy(&iov->iov_base, &r->body.p, sizeof(void *));
	iov->iov_len = r->body.len;
	return 1;
}

void
reply_send(struct exchange *x, const struct reply *r)
{
	char head[REPLY_HEAD_BYTES];
	unsigned status = not_modified(x, r) ? 304 : r->status;
	uint64_t length = r->file             ? r->part_bytes
			  : r->pieces != NULL ? r->pieces->bytes
					      : r->body.len;
	bool with_body = status != 204 && status != 304 && length > 0 &&
			 !(x->head != NULL && x->head->method == METHOD_HEAD);
	struct iovec iov[1 + BODY_MAX_PIECES];
	struct out o;

	out_init(&o);
	iov[0] = (struct iovec){head, make_head(x, r, status, length, head)};
	o.iov = iov;
	o.pieces = 1;
	if (with_body && r->file)
		out_file(&o, r->file_fd, r->part_offset, length);
	else if (with_body)
		o.pieces += put_body(iov + 1, r);
	if (with_body)
		o.body = r->pieces;
	x->status = status;
	(void)send_out(x, &o);
}

bool
reply_begin(struct exchange *x, const struct reply *r)
{
	char head[REPLY_HEAD_BYTES];
	struct iovec iov = {
	    head, make_head(x, r, r->status, r->part_bytes, head)};
	struct out o;

	out_init(&o);
	o.iov = &iov;
	o.pieces = 1;
	x->status = r->status;
	return send_out(x, &o);
}

bool
reply_more(struct exchange *x, struct str part, int file_fd, uint64_t offset,
    uint64_t bytes)
{
	struct iovec iov = {.iov_len = part.len};
	struct out o;

	/* sendmsg(2) takes bytes it will not write through a plain pointer. */
	memcpy(&iov.iov_base, &part.p, sizeof(void *));
	out_init(&o);
	o.iov = &iov;
	o.pieces = part.len > 0;
	out_file(&o, file_fd, offset, bytes);
	return send_out(x, &o);
}

bool
reply_chunk(struct exchange *x, int file_fd, uint64_t offset, uint64_t bytes)
{
	char size[32];
	struct iovec iov = {size, 0};
	struct out o;

	iov.iov_len =
	    (size_t)snprintf(size, sizeof(size), "%" PRIx64 "\r\n", bytes);
	out_init(&o);
	o.iov = &iov;
	o.pieces = 1;
	out_file(&o, file_fd, offset, bytes);
	o.tail = STR("\r\n");
	return send_out(x, &o);
}

bool
reply_finish(struct exchange *x)
{
	struct out o;

	out_init(&o);
	o.tail = STR("0\r\n\r\n");
	return send_out(x, &o);
}

void
reply_blob(
    struct exchange *x, struct blob *b, const char *type, const char *caching)
{
	struct blob *packed = x->head->gzip ? blob_gzip(b) : NULL;

	reply_send(x, &(struct reply){.status = 200,
			  .fields = REPLY_PUBLIC,
			  .type = type,
			  .caching = caching,
			  .coding = packed != NULL ? "gzip" : "",
			  .etag = packed != NULL ? packed->etag : b->etag,
			  .body = blob_str(packed != NULL ? packed : b)});
}

void
reply_body(
    struct exchange *x, struct body *b, const char *type, const char *caching)
{
	reply_send(x, &(struct reply){.status = 200,
			  .fields = REPLY_PUBLIC,
			  .type = type,
			  .caching = caching,
			  .coding = b->packed[1] != NULL ? "gzip" : "",
			  .etag = b->etag,
			  .pieces = b});
}

void
reply_text(struct exchange *x, unsigned status, unsigned fields,
    const char *text, const char *extra)
{
	char body[512];

	(void)snprintf(body, sizeof(body), "%s\n", text);
	reply_send(x, &(struct reply){.status = status,
			  .fields = fields,
			  .type = "text/plain; charset=utf-8",
			  .caching = "no-store",
			  .extra = extra,
			  .body = str_from(body)});
}

void
reply_error_json(
    struct exchange *x, unsigned status, const char *text, const char *extra)
{
	json_t *o = json_pack(
	    "{s:{s:i,s:s}}", "error", "status", (int)status, "message", text);
	char *dump = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;

	reply_send(x, &(struct reply){.status = status,
			  .fields = REPLY_PUBLIC,
			  .type = "application/json",
			  .caching = "no-store",
			  .extra = extra,
			  .body = str_from(dump)});
	free(dump);
	json_decref(o);
}
