#include "resident.h"
#include "tap.h"
#include "tmp.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE_BYTES = 4096, PAGES = 1024 };

/* Pages of files that this process has in memory (proc(5), statm). */
static long
resident(void)
{
	long size, all, files = -1;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		return -1;
	if (fscanf(f, "%ld %ld %ld", &size, &all, &files) != 3)
		files = -1;
	(void)fclose(f);
	return files;
}

/* Are all pages of P as they were written? */
static bool
whole(const char *p)
{
	for (size_t i = 0; i < PAGES; i++)
		if (p[i * PAGE_BYTES] != (char)i)
			return false;
	return true;
}

int
main(void)
{
	char dir[64], path[128], page[PAGE_BYTES], *p;
	long before, touched, after;
	int fd;

	tmp_make(dir);
	(void)snprintf(path, sizeof(path), "%s/a file", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	for (size_t i = 0; i < PAGES; i++) {
		memset(page, (char)i, sizeof(page));
		if (write(fd, page, sizeof(page)) != sizeof(page))
			OK(false);
	}
	p = mmap(
	    NULL, (size_t)PAGES * PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	OK(p != MAP_FAILED);
	before = resident();
	OK(whole(p));
	touched = resident();
	OK(touched > before + PAGES / 2);
	resident_drop(fd);
	after = resident();
	OK(after < before + PAGES / 2);
	printf("# pages: %ld, %ld, %ld\n", before, touched, after);
	OK(whole(p));
	resident_drop(-1);
	(void)munmap(p, (size_t)PAGES * PAGE_BYTES);
	(void)close(fd);
	tmp_remove(dir);
	return tap_done();
}
