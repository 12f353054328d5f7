#ifndef TS_STREAM_OWN_H
#define TS_STREAM_OWN_H

#include "stream.h"

/* stream_next() by kind. */
enum stream_event stream_video(
    struct stream *s, struct stream_set *set, bool last, struct ts_packet *out);
enum stream_event stream_audio(struct stream *s, struct stream_set *set,
    bool last, struct ts_packet *out, const char **why);

/*
 * The times of what M says into *OUT, or, where it says nothing, those that
 * follow after what was before.  False: that is not known either.
 */
bool stream_time(struct stream *s, struct stream_set *set, const struct mark *m,
    struct ts_packet *out);

/* OUT is to be handed out: behind the track, where that was not told yet. */
enum stream_event stream_hand(struct stream *s, struct ts_packet *out);

#endif
