#ifndef CORE_HEX_H
#define CORE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* N bytes at P as 2 N lower-case digits and a NUL into DST. */
void hex_encode(char *dst, const uint8_t *p, size_t n);

/*
 * The 2 N hexadecimal digits at S as N bytes into DST.  0, or -1 with
 * errno EINVAL and DST undefined when one is not a digit.
 */
int hex_decode(uint8_t *dst, const char *s, size_t n);

#endif
