#include "crc32c.h"
#include "journal.h"
#include "tap.h"
#include "tmp.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>

/* A record as the first version wrote it, field for field. */
struct first {
	uint32_t crc, event_bytes;
	uint64_t number;
	char track[16], boot[40];
	bool part, marked;
	char zero[6];
	char clock[37];
	bool same_boot, discontinuity, independent;
	uint32_t hz, frame_ticks, sequence;
	char any[4]; /* it wrote whatever was there */
	uint64_t run, msn;
	int64_t offset_us, wall_us, shift_us, begin;
	uint64_t start_us, told_us, samples, parts, bytes;
	int64_t said, part_ticks, part_max_ticks, part_frame, part_next;
	uint8_t hash[32];
};

static void
write_first(const char *dir)
{
	static const char event[] = "an event";
	struct first r = {.event_bytes = sizeof(event),
	    .number = 7,
	    .track = "video2",
	    .marked = true,
	    .any = {'\xff', '\xff', '\xff', '\xff'},
	    .clock = "c1",
	    .discontinuity = true,
	    .hz = 90000,
	    .frame_ticks = 3600,
	    .sequence = 5,
	    .run = 2,
	    .msn = 9,
	    .begin = 123,
	    .part_next = 456,
	    .hash = {1}};
	char path[96];
	FILE *f;

	r.crc = crc32c(0, (const uint8_t *)&r + 4, sizeof(r) - 4);
	r.crc = crc32c(r.crc, event, sizeof(event));
	(void)snprintf(path, sizeof(path), "%s/journal.0", dir);
	OK((f = fopen(path, "w")) != NULL);
	OK(fwrite(&r, sizeof(r), 1, f) == 1 &&
	    fwrite(event, sizeof(event), 1, f) == 1 && fclose(f) == 0);
}

/* What the first version left is gone on from. */
static void
first_version(void)
{
	char dir[64];
	int folder;
	struct journal *j;
	const struct bookmark *m;
	struct str event;
	size_t at = 0;

	write_first(tmp_make(dir));
	OK((folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) != -1);
	OK(journal_open(&j, folder) == 0);
	OK(journal_next(j, &at, &event) &&
	    memcmp(event.p, "an event", event.len) == 0 &&
	    event.len == sizeof("an event"));
	OK(!journal_next(j, &at, &event));
	OK((m = journal_mark(j, "video2")) != NULL);
	OK(strcmp(m->clock, "c1") == 0 && !m->same_boot && !m->left);
	OK(m->discontinuity && !m->independent);
	OK(m->hz == 90000 && m->frame_ticks == 3600 && m->sequence == 5);
	OK(m->run == 2 && m->msn == 9 && m->begin == 123);
	OK(m->part_next == 456 && m->hash[0] == 1);
	journal_close(j);
	(void)close(folder);
	tmp_remove(dir);
}

int
main(void)
{
	first_version();
	return tap_done();
}
