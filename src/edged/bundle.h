#ifndef EDGED_BUNDLE_H
#define EDGED_BUNDLE_H

#include "answer.h"

/*
 * The pages: one web app, which reads its own URL and says itself what is not
 * there, and its files.  Of what it shows the page says enough for those that
 * make a card of a link and run no scripts (The Open Graph protocol).
 */

/* The app with STATUS, for a URL that is about nothing in particular. */
void bundle_page(struct site *site, struct exchange *x, const struct route *r,
    unsigned status);

/* The app for a channel, a recording, a clip; 404 when there is none. */
void bundle_channel(
    struct site *site, struct exchange *x, const struct route *r);
void bundle_vod(struct site *site, struct exchange *x, const struct route *r);
void bundle_clip(struct site *site, struct exchange *x, const struct route *r);

/* One of its files. */
void bundle_file(struct site *site, struct exchange *x, const struct route *r);

#endif
