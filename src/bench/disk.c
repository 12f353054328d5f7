#include "disk.h"
#include "clock.h"
#include "conf.h"

#include <fcntl.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, DURATION_US = 500000 };

double
disk_syncs_per_s(void)
{
	static const char page[PAGE_BYTES];
	char path[PATH_MAX];
	uint64_t start, now, syncs = 0;
	int fd;

	if (conf_path(path, CONF_STATE, "bench.tmp") == -1 ||
	    (fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) ==
		-1)
		return 0;
	start = now = clock_mono_us();
	while (now - start < DURATION_US &&
	       pwrite(fd, page, sizeof(page), (off_t)(syncs * PAGE_BYTES)) ==
		   (ssize_t)sizeof(page) &&
	       fdatasync(fd) == 0) {
		syncs++;
		now = clock_mono_us();
	}
	(void)close(fd);
	(void)unlink(path);
	return now > start ? (double)syncs * 1e6 / (double)(now - start) : 0;
}
