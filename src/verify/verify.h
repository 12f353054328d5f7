#ifndef VERIFY_H
#define VERIFY_H

#include "log.h"

#include <stdint.h>
#include <stdio.h>

struct verify_result {
	uint64_t events;  /* that are there and whole */
	uint64_t removed; /* of which a mark is left */
	uint64_t faults;
	uint64_t last; /* seq */
};

/*
 * Walk L from its first event to its last and write a line to OUT for each
 * thing that is wrong: blocks, seqs, versions, schemas, removed events that
 * nobody ordered to go, the index.  0, or -1 with errno when the walk itself
 * could not go on.
 */
int verify_log(struct log *l, FILE *out, struct verify_result *result);

#endif
