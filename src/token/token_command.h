#ifndef TOKEN_COMMAND_H
#define TOKEN_COMMAND_H

#include <stdint.h>

/* What an operator does with tokens and the keys that sign them, which lie in
 * DIR.  Each reports what went wrong, and gives an exit code. */

/* Print a token for ROLE, named NAME unless that is NULL, for LIFE_S. */
int token_command_print(
    const char *dir, const char *role, const char *name, uint64_t life_s);

/* KID, TAB, when it was made, for each key; the newest, which signs, last. */
int token_command_list(const char *dir);

/* Make a key that signs from now on, and print its id. */
int token_command_rotate(const char *dir);

/* Destroy KID: no token that it signed is any good. */
int token_command_revoke(const char *dir, const char *kid);

#endif
