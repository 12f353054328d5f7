#include "health_api.h"

#include "bearer.h"
#include "token.h"

#include <stdio.h>

static const char soon[] = "Retry-After: 1\r\n";

void
health_api(struct site *site, struct exchange *x, const struct route *r)
{
	char message[NAME_SIZE + 64];
	struct vitals_about about;
	struct blob *blob = NULL;
	struct view *v;
	struct buf b;

	if (!bearer_has(site, x, TOKEN_OPERATOR))
		return;
	if ((v = shelf_get(site->shelf, r->channel)) == NULL) {
		(void)snprintf(message, sizeof(message),
		    "There is no channel %s.", r->channel);
		reply_error_json(x, 404, message, NULL);
		return;
	}
	about = (struct vitals_about){.channel = v->channel,
	    .broadcast = v->broadcast,
	    .live = v->live,
	    .interrupted = v->interrupted,
	    .since_us = v->since_us,
	    .viewers = measure_watching(site->measure, v->broadcast)};
	buf_init(&b, VITALS_MAX_BYTES);
	if (vitals_json(site->vitals, &about, &b) == 0)
		blob = blob_make(buf_str(&b));
	if (blob != NULL)
		reply_blob(x, blob, "application/json", "no-store");
	else
		reply_error_json(x, 503, "The server has no room now.", soon);
	blob_drop(&blob);
	buf_fini(&b);
	view_drop(&v);
}
