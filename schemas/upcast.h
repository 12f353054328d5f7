#ifndef SCHEMAS_UPCAST_H
#define SCHEMAS_UPCAST_H

#include "types.h"

/*
 * An old event's fields, as version N - 1 of it had them, become those of
 * version N: of NOW the fields that came with N are set, from the rest of it
 * and from WAS.  Each is what its writer would have said in version N, as well
 * as that can be told.  Texts that it sets are literals, or lie in texts that
 * it was given.
 */
#define VERSION(name, version, doc)                                            \
	void upcast_##name##_##version(                                        \
	    struct name *now, struct name##_gone *was);
#include "events.h"

#endif
