#include "line.h"

#include "clock.h"

#include <string.h>

enum { DIGITS = 20 };

size_t
line_max(const struct line_track *t)
{
	size_t path = sizeof("/media//") + strlen(t->broadcast) +
		      strlen(t->name) + 1 + DIGITS;

	return sizeof("#EXT-X-DISCONTINUITY\n") +
	       sizeof("#EXT-X-MAP:URI=\"init-.mp4\"\n") + path +
	       sizeof("#EXT-X-PROGRAM-DATE-TIME:Z\n") + CLOCK_RFC3339_SIZE +
	       sizeof("#EXTINF:.000000,\n#EXT-X-GAP\n") + DIGITS + path +
	       sizeof(".m4s\n");
}

/* A long broadcast's lines are written by the ten thousand at a start, which
 * printf would make four times as long. */
static void
put_digits(struct buf *out, uint64_t n, size_t least)
{
	char digits[DIGITS];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) > 0 || sizeof(digits) - i < least);
	(void)buf_put(out, digits + i, sizeof(digits) - i);
}

void
line_number(struct buf *out, const char *name, uint64_t n)
{
	(void)buf_puts(out, name);
	put_digits(out, n, 1);
}

/*
 * RFC 8216 calls for six decimals nowhere, but a player that adds rounded
 * durations up drifts; microseconds are what the log holds.
 */
void
line_seconds(struct buf *out, const char *name, uint64_t us)
{
	line_number(out, name, us / 1000000);
	(void)buf_put(out, ".", 1);
	put_digits(out, us % 1000000, 6);
}

static void
put_folder(struct buf *out, const struct line_track *t)
{
	(void)buf_puts(out, "/media/");
	(void)buf_puts(out, t->broadcast);
	(void)buf_put(out, "/", 1);
	(void)buf_puts(out, t->name);
}

void
line_uri(struct buf *out, const struct line_track *t, uint64_t msn)
{
	put_folder(out, t);
	line_number(out, "/", msn);
	(void)buf_puts(out, ".m4s");
}

/* ISO 8601 to the millisecond, the accuracy 4.3.2.6 recommends. */
static void
put_date_time(struct buf *out, uint64_t start_us)
{
	char text[CLOCK_RFC3339_SIZE];

	/* "2026-11-20T12:52:46.000001Z": the last three decimals go. */
	clock_rfc3339(start_us, text);
	text[23] = '\0';
	(void)buf_puts(out, "#EXT-X-PROGRAM-DATE-TIME:");
	(void)buf_puts(out, text);
	(void)buf_puts(out, "Z\n");
}

void
line_begin(struct buf *out, const struct line_track *t, const struct segment *s,
    bool map, bool dated)
{
	if (s->discontinuity)
		(void)buf_puts(out, "#EXT-X-DISCONTINUITY\n");
	if (map) {
		(void)buf_puts(out, "#EXT-X-MAP:URI=\"");
		put_folder(out, t);
		line_number(out, "/init-", s->run);
		(void)buf_puts(out, ".mp4\"\n");
	}
	if (dated)
		put_date_time(out, s->start_us);
}

void
line_end(struct buf *out, const struct line_track *t, const struct segment *s)
{
	line_seconds(out, "#EXTINF:", s->duration_us);
	(void)buf_puts(out, s->gap ? ",\n#EXT-X-GAP\n" : ",\n");
	line_uri(out, t, s->msn);
	(void)buf_put(out, "\n", 1);
}
