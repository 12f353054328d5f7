#ifndef EDGED_ANSWER_H
#define EDGED_ANSWER_H

#include "catalog.h"
#include "clips.h"
#include "download.h"
#include "files.h"
#include "follow.h"
#include "library.h"
#include "maker.h"
#include "measure.h"
#include "pace.h"
#include "past.h"
#include "pool.h"
#include "reply.h"
#include "route.h"
#include "shelf.h"
#include "vitals.h"

#include <limits.h>

/* All that answers are made of; borrowed, and safe for many threads. */
struct site {
	struct shelf *shelf;
	struct catalog *catalog;
	struct library *library;
	struct clips *clips;
	struct maker *maker;
	struct pace *clip_pace; /* NULL: no clips are made */
	bool clip_token;        /* only with an operator's token */
	struct movies *movies;
	struct past *past;
	struct follow *follow;
	struct measure *measure;
	struct vitals *vitals;
	struct pool *pool;
	struct files *media, *www;
	char metrics_dir[PATH_MAX]; /* $WEIR_RUN/metrics */
	char tokens_dir[PATH_MAX];  /* $WEIR_STATE/tokens */
};

/* Answer X's request for R: one of the resources of schemas/openapi.yaml. */
void answer(struct site *site, struct exchange *x, const struct route *r);

/* Refuse a request whose head could not be understood. */
void answer_refusal(struct exchange *x, unsigned status, const char *why);

/* True when answer() wants the body of a POST to R, as X's body. */
bool answer_takes_body(const struct route *r);

/* Tell what works anywhere here: the answer to "OPTIONS *". */
void answer_asterisk(struct exchange *x);

/* What a request for R is counted as. */
enum stats_kind answer_kind(enum route_kind kind);

#endif
