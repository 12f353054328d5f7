#ifndef MODEL_USERS_FOLD_H
#define MODEL_USERS_FOLD_H

#include "keyring.h"
#include "projection.h"

/*
 * The projection "users": everybody who is known, or was.  What is personal
 * stays sealed in its rows, so that no row outlives its key.
 *
 *	user/<id>	the event UserAdded, encoded; nothing once the person
 *			was forgotten
 */
extern const struct projection_type users_fold;

/*
 * For people: the JSON of a row onto OUT, with what is personal as far as KEYS
 * opens it, else null.  1, or -1 with errno.
 */
int users_fold_json(
    struct str key, struct str value, struct keyring *keys, struct buf *out);

#endif
