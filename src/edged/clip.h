#ifndef EDGED_CLIP_H
#define EDGED_CLIP_H

#include "answer.h"

/* Answers about clips: making them, what there is of them, and files of them
 * and of recordings. */

void clip_api_make(
    struct site *site, struct exchange *x, const struct route *r);
void clip_api_clip(
    struct site *site, struct exchange *x, const struct route *r);
void clip_api_list(
    struct site *site, struct exchange *x, const struct route *r);

void clip_playlist(
    struct site *site, struct exchange *x, const struct route *r);
void clip_download(
    struct site *site, struct exchange *x, const struct route *r);
void clip_vod_download(
    struct site *site, struct exchange *x, const struct route *r);

#endif
