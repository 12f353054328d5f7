#ifndef CORE_CRC32C_H
#define CORE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32C (Castagnoli, RFC 3720 appendix B.4) of N bytes at P.  Pass 0
 * first, then each result to go on with the bytes that follow.  Debian has
 * no C library for it; the processor does.
 */
uint32_t crc32c(uint32_t crc, const void *p, size_t n);

#endif
