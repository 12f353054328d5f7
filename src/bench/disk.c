#include "disk.h"
#include "bench.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "sample.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, FILE_BYTES = 8 << 20, LIMIT_US = 60 * 1000 * 1000 };

/* Fill the file with zeros, on disk.  0, or -1 with errno. */
static int
fill(int fd, size_t bytes)
{
	static const char page[PAGE_BYTES];

	for (size_t at = 0; at < bytes; at += sizeof(page))
		if (file_write(fd, page, sizeof(page)) == -1)
			return -1;
	return fsync(fd);
}

/* Write what is at P and sync it.  0, or -1 with errno. */
static int
store(int fd, const char *p, size_t bytes, off_t at)
{
	while (bytes > 0) {
		ssize_t n = pwrite(fd, p, bytes, at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		p += n;
		bytes -= (size_t)n;
		at += n;
	}
	return fdatasync(fd);
}

/* The turns of disk_measure().  0, or -1 with errno. */
static int
turns(int fd, const char *p, size_t bytes, uint64_t limit_us, struct sample *s)
{
	size_t step = (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
	size_t room = step < FILE_BYTES ? FILE_BYTES / step : 1;
	uint64_t start_us, before_us, now_us;

	if (fill(fd, room * step) == -1)
		return -1;
	start_us = now_us = clock_mono_us();
	while (s->n < s->cap && now_us - start_us < limit_us) {
		before_us = now_us;
		if (store(fd, p, bytes, (off_t)(s->n % room * step)) == -1)
			return -1;
		now_us = clock_mono_us();
		sample_add(s, now_us - before_us);
	}
	return 0;
}

static void
summarize(struct sample *s, struct disk_figures *out)
{
	uint64_t sum_us = 0;

	for (size_t i = 0; i < s->n; i++)
		sum_us += s->took_us[i];
	*out = (struct disk_figures){
	    .syncs = s->n,
	    .syncs_per_s = sum_us > 0 ? (double)s->n * 1e6 / (double)sum_us : 0,
	    .p50_us = sample_percentile_us(s, 50),
	    .p99_us = sample_percentile_us(s, 99),
	};
}

int
disk_measure(
    size_t bytes, uint64_t count, uint64_t limit_us, struct disk_figures *out)
{
	char path[PATH_MAX], *p = NULL;
	struct sample s = {0};
	int fd, rc = -1, saved;

	if (conf_path(path, CONF_STATE, "bench.tmp") == -1 ||
	    (fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) ==
		-1)
		return -1;
	if ((p = calloc(1, bytes)) != NULL && sample_init(&s, count) == 0 &&
	    turns(fd, p, bytes, limit_us, &s) == 0) {
		summarize(&s, out);
		rc = 0;
	}
	saved = errno;
	(void)close(fd);
	(void)unlink(path);
	sample_fini(&s);
	free(p);
	errno = saved;
	return rc;
}

int
bench_disk(const struct bench *ask)
{
	struct disk_figures f;

	if (disk_measure(ask->write_bytes, ask->count, LIMIT_US, &f) == -1) {
		err_sys("write to the disk of WEIR_STATE");
		return EXIT_TEMP;
	}
	printf("{\"write_bytes\":%" PRIu64 ",\"syncs\":%" PRIu64
	       ",\"syncs_per_s\":%.0f,\"sync_p50_us\":%" PRIu64
	       ",\"sync_p99_us\":%" PRIu64 "}\n",
	    ask->write_bytes, f.syncs, f.syncs_per_s, f.p50_us, f.p99_us);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
}
