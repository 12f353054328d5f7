#include "resident.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* A line of /proc/self/maps, see proc(5); pathnames may be cut off. */
enum { LINE_BYTES = 256 };

void
resident_drop(int fd)
{
	uintptr_t begin, end;
	unsigned major_no, minor_no;
	uint64_t inode;
	char line[LINE_BYTES];
	struct stat st;
	FILE *f;

	if (fstat(fd, &st) == -1 ||
	    (f = fopen("/proc/self/maps", "re")) == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line,
			"%" SCNxPTR "-%" SCNxPTR " %*s %*s %x:%x %" SCNu64,
			&begin, &end, &major_no, &minor_no, &inode) == 5 &&
		    inode == st.st_ino && major_no == major(st.st_dev) &&
		    minor_no == minor(st.st_dev))
			/* The file's own pages: nothing is lost. */
			(void)madvise(
			    (void *)begin, end - begin, MADV_DONTNEED);
	(void)fclose(f);
}
