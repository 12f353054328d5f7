#include "release.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
compare(const char *a, const char *b)
{
	int d = release_compare(str_from(a), str_from(b));

	/* It must say the same from the other side. */
	if ((d < 0) != (release_compare(str_from(b), str_from(a)) > 0))
		return -99;
	return (d > 0) - (d < 0);
}

static void
versions(void)
{
	OK(compare("1.5.1-1+deb12u2", "1.5.1-1+deb12u2") == 0);
	OK(compare("1.5.1-1+deb12u1", "1.5.1-1+deb12u2") == -1);
	OK(compare("1.5.1-1+deb12u10", "1.5.1-1+deb12u2") == 1);
	OK(compare("1.5.1-1", "1.5.1-1+deb12u2") == -1);
	OK(compare("1.5.1-2", "1.5.1-1+deb12u2") == 1);
	OK(compare("1.5.1-1+deb12u2~bpo1", "1.5.1-1+deb12u2") == -1);
	OK(compare("1.5.10-1", "1.5.9-1") == 1);
	OK(compare("1.5.01", "1.5.1") == 0);
	OK(compare("1:1.0", "2.0") == 1);
	OK(compare("1.0~rc1", "1.0") == -1);
	OK(compare("1.0a", "1.0+") == -1);
	OK(compare("1.0-", "1.0") == 0);
	OK(compare("", "0") == 0);
}

static const char database[] = "Package: libsrt-doc\n"
			       "Status: install ok installed\n"
			       "Version: 9\n"
			       "\n"
			       "Package: libsrt1.5-openssl\n"
			       "Status: install ok installed\n"
			       "Architecture: amd64\n"
			       "Version: 1.5.1-1+deb12u1\n"
			       "Description: Package: libsrt1.5-gnutls\n"
			       "\n"
			       "Package: libsrt1.5-gnutls\n"
			       "Status: install ok installed\n"
			       "Version: 1.5.1-1+deb12u2\n"
			       "\n"
			       "Package: removed\n"
			       "Status: deinstall ok config-files\n"
			       "Version: 1.5.1-1+deb12u2\n";

static void
databases(void)
{
	char path[] = "/tmp/release.XXXXXX", text[RELEASE_TEXT_SIZE];
	int fd = mkstemp(path);

	if (fd == -1 ||
	    write(fd, database, sizeof(database) - 1) != sizeof(database) - 1)
		exit(1);
	(void)close(fd);
	OK(release_check(0x010501, path, "libsrt1.5-openssl", text) ==
	    RELEASE_OLD);
	OK(strcmp(text, "1.5.1-1+deb12u1") == 0);
	OK(release_check(0x010501, path, "libsrt1.5-gnutls", text) ==
	    RELEASE_GOOD);
	OK(release_check(0x010501, path, "removed", text) == RELEASE_UNKNOWN);
	OK(strcmp(text, "1.5.1") == 0);
	OK(release_check(0x010501, path, "other", text) == RELEASE_UNKNOWN);
	OK(release_check(0x010500, path, "libsrt1.5-gnutls", text) ==
	    RELEASE_OLD);
	OK(release_check(0x010404, path, "libsrt1.5-gnutls", text) ==
	    RELEASE_OLD);
	OK(release_check(0x010504, "/nowhere", "x", text) == RELEASE_GOOD);
	OK(strcmp(text, "1.5.4") == 0);
	(void)unlink(path);
	OK(release_check(0x010501, path, "libsrt1.5-gnutls", text) ==
	    RELEASE_UNKNOWN);
}

int
main(void)
{
	versions();
	databases();
	return tap_done();
}
