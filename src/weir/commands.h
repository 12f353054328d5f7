#ifndef WEIR_COMMANDS_H
#define WEIR_COMMANDS_H

#include <stddef.h>
#include <stdio.h>

/*
 * The commands that `weir NAME` can run: executable files weir-NAME in the
 * folder of weir itself and in those of PATH.
 */
struct commands;

enum {
	COMMANDS_MAX = 256,     /* more are not listed */
	COMMANDS_MAX_NAME = 32, /* bytes */
};

/*
 * Look in DIR and in each folder of PATH ("a:b:c"; either may be NULL);
 * a folder that cannot be read has no commands.  NULL with errno ENOMEM.
 */
struct commands *commands_find(const char *dir, const char *path);
void commands_close(struct commands *c);

/* All of them on F in groups, a line each. */
void commands_print(const struct commands *c, FILE *f);

/* The one that NAME is most likely a slip of, or NULL. */
const char *commands_nearest(const struct commands *c, const char *name);

/*
 * How many letters must be put in, taken out, changed or swapped with
 * their neighbour to make B of A; names longer than COMMANDS_MAX_NAME are
 * taken as that long.
 */
unsigned commands_distance(const char *a, const char *b);

#endif
