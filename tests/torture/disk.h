#ifndef DISK_H
#define DISK_H

#include "trace.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A file between page cache and disk, by sectors.  A write makes a new version
 * of each sector it touches; until a sync any version may be what the disk
 * holds.  After a sync that failed this stays so until the sector is written
 * again and that is synced: the kernel calls the page clean.
 */
enum { DISK_SECTOR = 512, DISK_PAGE = 4096 };

struct version {
	uint64_t sector;
	uint64_t op; /* the write that made it, counted from 1 */
	bool lost;   /* a sync of it failed */
	bool chosen; /* by disk_cut() */
	uint8_t bytes[DISK_SECTOR];
};

struct disk {
	uint8_t *cache, *safe; /* CAP bytes each: as programs and disk see it */
	size_t cap;
	uint64_t cache_size, safe_size; /* of the file */
	struct version *version;        /* what may be on disk, or not */
	size_t versions, versions_cap;
	uint64_t *size; /* sizes that may be on disk, or not */
	size_t sizes, sizes_cap;
	uint64_t ops;
};

void disk_reset(struct disk *d);
void disk_fini(struct disk *d);

/* What T, of a write with its BYTES, does to D.  BROKEN: syncs do nothing. */
void disk_do(
    struct disk *d, const struct trace *t, const uint8_t *bytes, bool broken);

enum disk_cut {
	DISK_NONE,    /* nothing since the last sync came to the disk */
	DISK_ALL,     /* everything did */
	DISK_BUT_ONE, /* but one sector */
	DISK_BUT_OP,  /* but one write */
	DISK_LAST,    /* only the last write did */
	DISK_ONE,     /* only one write did */
	DISK_TORN,    /* everything but the end of the last write */
	DISK_PAGES,   /* each page as chance has it */
	DISK_SECTORS, /* each sector as chance has it, of any version */
	DISK_CUTS
};
extern const char *const disk_cut_name[DISK_CUTS];

/*
 * The file as a power cut leaves it, in FD, by the chance of SEED.  0, or -1
 * with errno.
 */
int disk_cut(struct disk *d, enum disk_cut how, uint64_t seed, int fd);

#endif
