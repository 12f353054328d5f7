#ifndef EDGED_PACE_H
#define EDGED_PACE_H

#include "address.h"

#include <stdbool.h>

/*
 * How often each address may do something: so many times at once, and then as
 * many in a minute.  For any number of threads.
 */
struct pace;

/* MOST a minute; 0: as often as it likes.  NULL with errno. */
struct pace *pace_open(unsigned most);
void pace_close(struct pace *p);

/* Once more for A, or NULL: nobody in particular; false: it has to wait. */
bool pace_take(struct pace *p, const struct address *a);

#endif
