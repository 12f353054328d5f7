#include "report.h"
#include "amount.h"
#include "clock.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * None of these texts has a character that JSON would have escaped: names are
 * slugs, reasons are made of numbers.
 */
static void
begin_json(const struct report *r, const struct listed *b, const char *what)
{
	printf("{\"%s\":\"%s\",\"channel\":\"%s\",\"broadcast\":\"%s\"",
	    r->dry_run ? "would_remove" : "removed", what, b->channel,
	    b->broadcast);
}

void
report_recording(struct report *r, const struct listed *b, uint64_t bytes)
{
	char size[AMOUNT_SIZE], since[CLOCK_RFC3339_SIZE];

	r->recordings++;
	r->bytes += bytes;
	clock_rfc3339(b->since_us, since);
	amount_bytes(size, bytes);
	if (!r->json) {
		printf("%s %s: the recording of %.16s, %s (%s)\n", b->channel,
		    b->broadcast, since, size, b->reason);
		return;
	}
	begin_json(r, b, "recording");
	printf(",\"since\":\"%s\",\"bytes\":%" PRIu64 ",\"reason\":\"%s\"}\n",
	    since, bytes, b->reason);
}

void
report_media(
    struct report *r, const struct listed *b, const struct report_media *m)
{
	char size[AMOUNT_SIZE];

	r->bytes += m->bytes;
	amount_bytes(size, m->bytes);
	if (!r->json) {
		printf("%s %s: %" PRIu64 " segments of %s, %" PRIu64
		       " to %" PRIu64 ", %s (%s)\n",
		    b->channel, b->broadcast, m->n, m->track, m->first, m->last,
		    size, b->reason);
		return;
	}
	begin_json(r, b, "media");
	printf(",\"track\":\"%s\",\"first_msn\":%" PRIu64
	       ",\"last_msn\":%" PRIu64 ",\"segments\":%" PRIu64
	       ",\"bytes\":%" PRIu64 ",\"reason\":\"%s\"}\n",
	    m->track, m->first, m->last, m->n, m->bytes, b->reason);
}

void
report_file(struct report *r, const struct listed *b, const char *track,
    const char *file, uint64_t bytes)
{
	char size[AMOUNT_SIZE];

	r->files++;
	r->bytes += bytes;
	amount_bytes(size, bytes);
	if (!r->json) {
		printf("%s %s: %s/%s, %s (nothing names it)\n", b->channel,
		    b->broadcast, track, file, size);
		return;
	}
	begin_json(r, b, "file");
	printf(",\"track\":\"%s\",\"file\":\"%s\",\"bytes\":%" PRIu64
	       ",\"reason\":\"nothing names it\"}\n",
	    track, file, bytes);
}

void
report_sum(const struct report *r)
{
	char size[AMOUNT_SIZE];

	if (r->json || (!r->dry_run && r->bytes == 0))
		return;
	amount_bytes(size, r->bytes);
	printf("%s %s in all\n", r->dry_run ? "would remove" : "removed", size);
}
