#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that grow up to a stated limit.  After a failed append the buffer
 * remembers: what follows fails too, so a writer may check once, at its end.
 */
struct buf {
	uint8_t *p;
	size_t len, cap;
	size_t max;   /* bytes; growing past it fails with EMSGSIZE */
	bool failed;  /* an append did not fit or memory ran out */
	bool starved; /* when FAILED: it was memory */
};

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);

/* Empty B and forget a failure; keeps the memory. */
void buf_reset(struct buf *b);

/* Make room for N more bytes.  0, or -1 with errno EMSGSIZE or ENOMEM; what
 * fails because something failed before has the same errno. */
int buf_reserve(struct buf *b, size_t n);

/* Append; 0, or -1 with errno as buf_reserve. */
int buf_put(struct buf *b, const void *p, size_t n);
int buf_puts(struct buf *b, const char *s);
int buf_putstr(struct buf *b, struct str s);
int buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Drop the first N bytes. */
void buf_consume(struct buf *b, size_t n);

/* What is in B, until B changes. */
struct str buf_str(const struct buf *b);

#endif
