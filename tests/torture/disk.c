#include "disk.h"
#include "story.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const disk_cut_name[DISK_CUTS] = {"none", "all", "all but a sector",
    "all but a write", "only the last write", "only one write",
    "the last write torn", "pages by chance", "sectors by chance"};

static void *
grown(void *p, size_t n)
{
	if ((p = realloc(p, n)) == NULL)
		abort();
	return p;
}

void
disk_fini(struct disk *d)
{
	free(d->cache);
	free(d->safe);
	free(d->version);
	free(d->size);
	*d = (struct disk){0};
}

void
disk_reset(struct disk *d)
{
	disk_fini(d);
}

static void
reserve(struct disk *d, uint64_t bytes)
{
	size_t cap = d->cap > 0 ? d->cap : 65536;

	while (cap < bytes)
		cap *= 2;
	if (cap == d->cap)
		return;
	d->cache = grown(d->cache, cap);
	d->safe = grown(d->safe, cap);
	memset(d->cache + d->cap, 0, cap - d->cap);
	memset(d->safe + d->cap, 0, cap - d->cap);
	d->cap = cap;
}

static void
resize(struct disk *d, uint64_t size)
{
	if (size == d->cache_size)
		return;
	d->cache_size = size;
	if (d->sizes == d->sizes_cap) {
		d->sizes_cap = d->sizes_cap > 0 ? 2 * d->sizes_cap : 16;
		d->size = grown(d->size, d->sizes_cap * sizeof(*d->size));
	}
	d->size[d->sizes++] = size;
}

static void
put(struct disk *d, uint64_t offset, uint64_t len, const uint8_t *bytes)
{
	uint64_t end = offset + len;

	reserve(d, end + DISK_SECTOR);
	memcpy(d->cache + offset, bytes, len);
	d->ops++;
	for (uint64_t s = offset / DISK_SECTOR; s * DISK_SECTOR < end; s++) {
		struct version *v;

		if (d->versions == d->versions_cap) {
			d->versions_cap =
			    d->versions_cap > 0 ? 2 * d->versions_cap : 256;
			d->version = grown(
			    d->version, d->versions_cap * sizeof(*d->version));
		}
		v = &d->version[d->versions++];
		*v = (struct version){.sector = s, .op = d->ops};
		memcpy(v->bytes, d->cache + s * DISK_SECTOR, DISK_SECTOR);
	}
	if (end > d->cache_size)
		resize(d, end);
}

/* Sectors FROM to TO are on disk, those of which no sync failed. */
static void
settle(struct disk *d, uint64_t from, uint64_t to)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->versions; i++) {
		struct version *v = &d->version[i];
		bool within = v->sector >= from && v->sector < to;

		if (within && !v->lost) {
			size_t k = 0;

			memcpy(d->safe + v->sector * DISK_SECTOR, v->bytes,
			    DISK_SECTOR);
			/* What was lost before it matters no more. */
			for (size_t j = 0; j < kept; j++)
				if (d->version[j].sector != v->sector)
					d->version[k++] = d->version[j];
			kept = k;
		} else {
			d->version[kept++] = *v;
		}
	}
	d->versions = kept;
}

static void
lose(struct disk *d, uint64_t from, uint64_t to)
{
	for (size_t i = 0; i < d->versions; i++)
		if (d->version[i].sector >= from && d->version[i].sector < to)
			d->version[i].lost = true;
}

void
disk_do(
    struct disk *d, const struct trace *t, const uint8_t *bytes, bool broken)
{
	uint64_t from = t->offset / DISK_SECTOR;
	uint64_t to = (t->offset + t->len + DISK_SECTOR - 1) / DISK_SECTOR;

	switch (t->op) {
	case TRACE_WRITE:
		put(d, t->offset, t->len, bytes);
		break;
	case TRACE_SIZE:
		if (t->offset + t->len > d->cache_size)
			resize(d, t->offset + t->len);
		break;
	case TRACE_TRUNCATE:
		resize(d, t->offset);
		break;
	case TRACE_SYNC:
		if (broken)
			break;
		settle(d, 0, UINT64_MAX);
		d->safe_size = d->cache_size;
		d->sizes = 0;
		break;
	case TRACE_SYNC_RANGE:
		if (!broken)
			settle(d, from, to);
		break;
	case TRACE_FAIL:
		lose(d, 0, UINT64_MAX);
		break;
	case TRACE_FAIL_RANGE:
		lose(d, from, to);
		break;
	default:
		break;
	}
}

/* Choose the versions and return the size. */
static uint64_t
choose(struct disk *d, enum disk_cut how, uint64_t seed)
{
	uint64_t size = d->cache_size, any = story_mix(seed), op = 0, last = 0;
	size_t in_last = 0;

	if (d->versions > 0) {
		op = d->version[any % d->versions].op;
		last = d->version[d->versions - 1].op;
	}
	for (size_t i = 0; i < d->versions; i++)
		in_last += d->version[i].op == last;
	for (size_t i = 0; i < d->versions; i++) {
		struct version *v = &d->version[i];
		uint64_t page = v->sector * DISK_SECTOR / DISK_PAGE;

		switch (how) {
		case DISK_NONE:
		case DISK_CUTS:
			v->chosen = false;
			break;
		case DISK_ALL:
			v->chosen = true;
			break;
		case DISK_BUT_ONE:
			v->chosen = i != any % d->versions;
			break;
		case DISK_BUT_OP:
			v->chosen = v->op != op;
			break;
		case DISK_LAST:
			v->chosen = v->op == last;
			break;
		case DISK_ONE:
			v->chosen = v->op == op;
			break;
		case DISK_TORN:
			v->chosen = v->op != last ||
				    d->versions - i > 1 + any % in_last;
			break;
		case DISK_PAGES:
			v->chosen = story_mix(seed + page * 31 + v->op) % 2;
			break;
		case DISK_SECTORS:
			v->chosen =
			    story_mix(seed + v->sector * 31 + v->op) % 2;
			break;
		}
	}
	if (how == DISK_NONE)
		return d->safe_size;
	if (how != DISK_ALL && d->sizes > 0 && any % 3 == 0)
		size = any % 2 ? d->safe_size : d->size[(any >> 8) % d->sizes];
	return size;
}

int
disk_cut(struct disk *d, enum disk_cut how, uint64_t seed, int fd)
{
	static const uint8_t zeroes[DISK_PAGE];
	uint64_t size = choose(d, how, seed);
	uint8_t *image = d->cap > 0 ? grown(NULL, d->cap) : NULL;
	int rc = -1;

	if (image != NULL)
		memcpy(image, d->safe, d->cap);
	for (size_t i = 0; i < d->versions; i++)
		if (d->version[i].chosen)
			memcpy(image + d->version[i].sector * DISK_SECTOR,
			    d->version[i].bytes, DISK_SECTOR);
	if (ftruncate(fd, 0) == -1 || ftruncate(fd, (off_t)size) == -1)
		goto out;
	for (uint64_t at = 0; at < size && at < d->cap; at += DISK_PAGE) {
		uint64_t n = size - at < DISK_PAGE ? size - at : DISK_PAGE;

		if (memcmp(image + at, zeroes, n) != 0 &&
		    pwrite(fd, image + at, n, (off_t)at) != (ssize_t)n)
			goto out;
	}
	rc = 0;
out:
	free(image);
	return rc;
}
