#ifndef UP_RELAY_H
#define UP_RELAY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a program says, line by line, under its name.  A line as libcore's
 * err.h writes it, "<4>weir-rtmpd: text", loses its priority, which becomes
 * a colour, and the program's own name; control characters become '?'.
 */
enum {
	RELAY_MAX_LINE = 2048, /* bytes; what is longer is broken */
	RELAY_MAX_OUT = RELAY_MAX_LINE + 128
};

struct relay {
	const char *name;  /* "weir-rtmpd" */
	const char *label; /* "rtmpd" */
	int label_width;   /* columns that every label is padded to */
	unsigned tint;     /* which of the label colours */
	bool colour;       /* the output takes escape sequences */
	bool quiet;        /* pass on only warnings and worse */
	size_t len;
	char line[RELAY_MAX_LINE];
};

/* Gets each finished line: LEN bytes at P that end in a newline. */
typedef void relay_fn(void *arg, const char *p, size_t len);

/* Take LEN bytes that the program wrote and call FN for each whole line. */
void relay_take(
    struct relay *r, const char *p, size_t len, relay_fn *fn, void *arg);

/* The program ended: whatever it left without a newline is a line too. */
void relay_end(struct relay *r, relay_fn *fn, void *arg);

#endif
