#ifndef PUSH_ADDRESSES_H
#define PUSH_ADDRESSES_H

#include "push.h"

/*
 * Where to send to: the N operands at ARG, what the file FILE says ("-": none;
 * NULL: none), and WEIR_PUSH_TO.  Operands and the setting are wiped out, since
 * everybody may see them as long as the process runs.  0, or -1 after
 * reporting the cause.
 */
int addresses_read(struct push *p, char *arg[], int n, const char *file);

#endif
