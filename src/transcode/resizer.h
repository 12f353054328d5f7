#ifndef TRANSCODE_RESIZER_H
#define TRANSCODE_RESIZER_H

#include <libavutil/frame.h>
#include <stdbool.h>

/*
 * Makes pictures of the commonest kind, 4:2:0 of 8 bits in TV's range, smaller:
 * the same bicubic curve as swscale's, by zimg, in a third of the time.
 */
struct resizer;

/* From frames like FROM to frames like TO.  NULL with errno ENOMEM. */
struct resizer *resizer_open(const AVFrame *from, const AVFrame *to);
void resizer_close(struct resizer *r);

/* True when R is for frames like FROM. */
bool resizer_fits(const struct resizer *r, const AVFrame *from);

/*
 * FROM into TO, whose memory is there already.  False when zimg cannot, as with
 * odd sides or rows that begin between vectors: swscale does all that.
 */
bool resizer_run(struct resizer *r, const AVFrame *from, AVFrame *to);

#endif
