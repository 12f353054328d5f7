#ifndef TS_PROGRAM_H
#define TS_PROGRAM_H

#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the tables say: the program association (13818-1, 2.4.4.3) and the
 * program map (2.4.4.8).
 */
enum {
	PROGRAM_MAX = 16,     /* programs that are looked at */
	PROGRAM_STREAMS = 32, /* elementary streams of one */
	PROGRAM_PIDS = 8192
};

struct program_list {
	size_t n;
	struct {
		unsigned number, pid; /* of its map */
	} program[PROGRAM_MAX];
};

/* An elementary stream. */
struct program_stream {
	unsigned pid, type;
	enum media_codec codec; /* MEDIA_UNKNOWN: it is not taken */
	const char *why;        /* then: a sentence's end, for people */
	unsigned channels;      /* Opus: its channel_config_code */
};

struct program_map {
	unsigned number;
	unsigned pcr_pid;
	size_t n;
	struct program_stream stream[PROGRAM_STREAMS];
	bool media; /* one of them is taken */
};

/*
 * Read section P.  1; 0 when it is another table, or not in force yet; -1
 * with errno EBADMSG when it is malformed.
 */
int program_list_parse(struct program_list *l, const uint8_t *p, size_t len);
int program_map_parse(struct program_map *m, const uint8_t *p, size_t len);

#endif
