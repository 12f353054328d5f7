#include "sandbox.h"
#include "err.h"

#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int
sandbox_enter(void)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1) {
		err_sys("give up privileges");
		return -1;
	}
	return 0;
}
