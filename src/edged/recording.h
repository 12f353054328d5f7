#ifndef EDGED_RECORDING_H
#define EDGED_RECORDING_H

#include "blob.h"
#include "broadcast.h"
#include "edition.h"
#include "recording_state.h"

/*
 * A broadcast with all of its segments that are there, and what is served of
 * it.  Any thread may hold one; it never changes, and what is made of it is
 * made when it is first asked for.
 */
struct recording;

/*
 * Of B, which is taken over, as S says; held once.  NULL with errno, and B
 * still the caller's.
 */
struct recording *recording_make(
    struct broadcast *b, const struct recording_state *s);
struct recording *recording_hold(struct recording *r);
void recording_drop(struct recording **r);

/* Borrowed from R: */

const struct recording_state *recording_state(const struct recording *r);
const struct broadcast *recording_broadcast(const struct recording *r);

/* How long its picture plays, or its sound when it has none. */
uint64_t recording_duration_us(const struct recording *r);

/*
 * The track called NAME in FORM; one of which something was removed is in none
 * that says that nothing ever is.  NULL with errno ENOENT (there is no such
 * track, or nothing of it) or ENOMEM.
 */
struct edition *recording_edition(
    struct recording *r, const char *name, enum edition_form form);

/*
 * The multivariant playlist, whose URIs end with QUERY, held for the caller;
 * and, below, the JSON of /api/broadcasts/<id>, likewise.  NULL with errno.
 */
struct blob *recording_multivariant(struct recording *r, const char *query);

/*
 * The DASH manifest: of it all, from 0 on, or as it is, or was, live; held for
 * the caller.  NULL with errno: ENOENT when none can be made.
 */
struct blob *recording_manifest(struct recording *r, bool as_live);
struct blob *recording_json(const struct recording *r);

/* Is there a storyboard of it (its broadcast's gallery) that may be seen? */
bool recording_storyboard(const struct recording *r);

/* What it takes of memory, about, in bytes. */
size_t recording_bytes(const struct recording *r);

#endif
