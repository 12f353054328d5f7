#ifndef EACH_CLAIM_H
#define EACH_CLAIM_H

#include "work.h"

#include <stdint.h>

/*
 * Sharing work with other workers, by events of the subject
 * claim/<name>/<event id> (schemas/work.def): whoever appends the first
 * one, or one at the version it saw after a lease lapsed, has the event.
 *
 * The states of a work go READY -> CLAIMING -> CLAIMED, then, when the
 * caller ran it, ENDING -> finished; or HELD while another worker has it.
 */
struct claim;

/*
 * NAME and WORKER are borrowed.  FINISHED is called for each work that was
 * handled, by us (ENDING) or another worker (any other state); the caller
 * calls window_finish().  NULL with errno.
 */
typedef void claim_fn(void *arg, struct work *k);
struct claim *claim_open(const char *name, const char *worker, uint64_t lease_s,
    struct window *w, claim_fn *finished, void *arg);
void claim_close(struct claim *c);

/* The zmq socket to wait on, and what to do at least every 100 ms. */
void *claim_socket(struct claim *c);
void claim_turn(struct claim *c);

/* Is that event about claims?  Then what it says is noted. */
bool claim_hears(struct claim *c, const struct event *e);

/* Ask for K, which is READY. */
void claim_take(struct claim *c, struct work *k);

/* Say that K, which is ours, was handled or (K->failed) given up. */
void claim_end(struct claim *c, struct work *k);

/* Renew K's lease when it is time; when to look again (mono us). */
uint64_t claim_renew(struct claim *c, struct work *k, uint64_t now_us);

/* Give K back, so that another worker need not wait for the lease. */
void claim_release(struct claim *c, struct work *k);

/* Requests without an answer. */
size_t claim_unanswered(const struct claim *c);

/* Why nothing can be claimed here at all, or NULL. */
const char *claim_refused(const struct claim *c);

#endif
