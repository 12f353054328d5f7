#include "clock.h"
#include "queue.h"
#include "tap.h"

#include <string.h>

enum { PACKET_BYTES = 1000 };

static const struct media_track video = {
    .kind = MEDIA_VIDEO, .codec = MEDIA_H264, .time_num = 1, .time_den = 1000};

/* Put the packet that is decoded at MS.  How many that dropped. */
static uint64_t
put(struct queue *q, const struct item *head, int64_t ms, bool key)
{
	static const uint8_t data[PACKET_BYTES];
	const struct nut_packet p = {.pts = ms,
	    .dts = ms,
	    .key = key,
	    .data = data,
	    .len = PACKET_BYTES};

	return queue_put(q, item_packet(&p, &head->track[0], key));
}

/* What comes next: when it is decoded; -1: a head, -2: nothing, -3: the end. */
static int64_t
take(struct queue *q)
{
	bool over;
	struct item *i = queue_take(q, clock_mono_us(), &over);
	int64_t ms = over ? -3 : -2;

	if (i != NULL)
		ms = i->kind == ITEM_HEAD ? -1 : i->dts_us / 1000;
	item_drop(&i);
	return ms;
}

int
main(void)
{
	/* Room for a head and some packets. */
	struct queue *q = queue_open(6 * (PACKET_BYTES + sizeof(struct item)));
	struct item *head = item_head(&video, 1), *other = item_head(&video, 1);
	struct item *now;

	/* It begins with a head and a keyframe, and nothing is dropped. */
	OK(take(q) == -2);
	OK(queue_put(q, item_hold(head)) == 0);
	OK(put(q, head, 1, false) == 0);
	OK(put(q, head, 2, true) == 0);
	OK(put(q, head, 3, false) == 0);
	OK(queue_ready(q));
	now = queue_head(q);
	OK(now == head);
	item_drop(&now);
	OK(take(q) == 2);
	OK(take(q) == 3);
	OK(take(q) == -2);

	/* Too much drops all of it, up to where decoding begins again. */
	for (int64_t ms = 10; ms < 16; ms++)
		OK(put(q, head, ms, ms == 10) == 0);
	OK(put(q, head, 16, false) == 7);
	OK(put(q, head, 17, false) == 1);
	OK(put(q, head, 18, true) == 0);
	OK(take(q) == 18);

	/* A head that is dropped with what it was of still holds for the rest.
	 */
	OK(queue_put(q, item_hold(other)) == 0);
	OK(put(q, other, 19, true) == 0);
	OK(put(q, other, 20, false) == 0);
	for (int64_t ms = 21; ms < 25; ms++)
		(void)put(q, other, ms, false);
	(void)put(q, other, 25, true);
	OK(take(q) == -1);
	OK(take(q) == 25);

	/* While nobody takes, the newest keyframe is what is kept. */
	queue_idle(q);
	OK(put(q, other, 30, false) == 0);
	OK(put(q, other, 31, true) == 0);
	OK(put(q, other, 32, false) == 0);
	OK(put(q, other, 33, true) == 0);
	OK(put(q, other, 34, false) == 0);
	OK(queue_ready(q));
	queue_end(q);
	OK(take(q) == 33);
	OK(take(q) == 34);
	OK(take(q) == -3);
	OK(!queue_ready(q));
	OK(!queue_sleep(q, clock_mono_us() + 1000000));
	item_drop(&head);
	item_drop(&other);
	queue_close(q);
	return tap_done();
}
