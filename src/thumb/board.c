#include "board.h"
#include "err.h"
#include "rack.h"
#include "stock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND_US = 1000000, POSTER_BOX = 640, TRIES = 4 };

struct board {
	struct stock stock;
	const struct medium *track; /* NULL: there is no picture */
	const char *media_dir;
	char broadcast[NAME_SIZE];
	uint64_t begins_us; /* where its timeline does, by that of TRACK */
	uint64_t interval_us;
	size_t pictures;
	unsigned width, height; /* of one; 0: not known yet */
	enum picture_form form;

	size_t sheet; /* that is made now; behind the last: the poster */
	unsigned tries;
	bool skip[BOARD_SHEET]; /* of it: these kill workers */
	unsigned best;          /* the most that is to be seen in one */
	size_t poster;          /* and which that is */
	bool poster_done, poster_webp;
};

uint64_t
board_interval_us(uint64_t length_us)
{
	uint64_t us = length_us / BOARD_PICTURES;

	/* Whole seconds, so that every time in WebVTT is exact. */
	us = (us + SECOND_US - 1) / SECOND_US * SECOND_US;
	return us < BOARD_MIN_US   ? BOARD_MIN_US
	       : us > BOARD_MAX_US ? BOARD_MAX_US
				   : us;
}

/* The segment of T that shows what is seen at AT_US; NULL: none is there. */
static const struct piece *
shown_at(const struct medium *t, uint64_t at_us)
{
	const struct piece *found = NULL;
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->piece[mid].at_us <= at_us)
			low = mid + 1;
		else
			high = mid;
	}
	while (low > 0 && found == NULL) {
		const struct piece *p = &t->piece[--low];

		if (p->independent && p->removed_us == 0)
			found = p;
	}
	return found;
}

/* What is there of T: from where, and how long. */
static uint64_t
extent(const struct medium *t, uint64_t *begins_us)
{
	uint64_t ends_us = 0;
	bool any = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct piece *p = &t->piece[i];

		if (p->removed_us != 0)
			continue;
		if (!any)
			*begins_us = p->at_us;
		any = true;
		ends_us = p->at_us + p->duration_us;
	}
	return any ? ends_us - *begins_us : 0;
}

struct board *
board_open(struct log *l, const char *media_dir, const char *broadcast)
{
	struct board *b = calloc(1, sizeof(*b));
	uint64_t length_us;

	if (b == NULL)
		return NULL;
	b->media_dir = media_dir;
	b->form = picture_possible(PICTURE_WEBP) ? PICTURE_WEBP : PICTURE_JPEG;
	(void)str_copy(b->broadcast, sizeof(b->broadcast), str_from(broadcast));
	if (stock_fold(&b->stock, l, broadcast) == -1) {
		free(b);
		return NULL;
	}
	b->track = stock_track(&b->stock, "video");
	if (b->track == NULL || b->stock.removed_us != 0)
		return b;
	length_us = extent(b->track, &b->begins_us);
	b->interval_us = board_interval_us(length_us);
	b->pictures =
	    (size_t)((length_us + b->interval_us - 1) / b->interval_us);
	return b;
}

void
board_close(struct board *b)
{
	if (b == NULL)
		return;
	stock_fini(&b->stock);
	free(b);
}

static size_t
sheets(const struct board *b)
{
	return (b->pictures + BOARD_SHEET - 1) / BOARD_SHEET;
}

/* Pictures of sheet N. */
static unsigned
pictures_in(const struct board *b, size_t n)
{
	size_t left = b->pictures - n * BOARD_SHEET;

	return left < BOARD_SHEET ? (unsigned)left : BOARD_SHEET;
}

static const struct piece *
piece_of(const struct board *b, size_t picture)
{
	return shown_at(
	    b->track, b->begins_us + (uint64_t)picture * b->interval_us);
}

static void
sheet_name(const struct board *b, size_t n, char name[RACK_NAME_SIZE])
{
	(void)snprintf(
	    name, RACK_NAME_SIZE, "board-%zu.%s", n, picture_suffix(b->form));
}

/* How large each picture is: as T is shown, in a square of BOARD_SIDE. */
static void
measure(struct board *b, const struct media_track *t)
{
	unsigned w = t->width > 0 ? t->width : 16;
	unsigned h = t->height > 0 ? t->height : 9;
	unsigned side = BOARD_SIDE;

	b->width = w >= h ? side : (side * w / h + 1) / 2 * 2;
	b->height = w >= h ? (side * h / w + 1) / 2 * 2 : side;
	b->width = b->width < 2 ? 2 : b->width;
	b->height = b->height < 2 ? 2 : b->height;
}

/* Have O look at the first picture's track, so that sizes are known. */
static int
learn_size(struct board *b, struct order *o)
{
	const struct piece *p = NULL;

	for (size_t i = 0; p == NULL && i < b->pictures; i++)
		p = piece_of(b, i);
	errno = ENOENT;
	if (p == NULL || order_track(o, b->track->name, p->run) == -1)
		return -1;
	measure(b, &o->about);
	return 0;
}

/* Picture AT of the sheet, by segment P, which is another one than LAST. */
static void
order_picture(struct board *b, struct order *o, unsigned at,
    const struct piece *p, const struct piece *last)
{
	const struct task_record r = {.op = TASK_PLACE, .a = at};

	/* One whose file is damaged shows what is before it. */
	if (p != NULL && p != last && !b->skip[at] &&
	    order_track(o, b->track->name, p->run) == 0)
		(void)order_segment(o, p->msn, false);
	task_put(&o->task, &r);
}

static int
order_sheet(struct board *b, struct order *o)
{
	const struct task_record print = {.op = TASK_PRINT};
	unsigned n = pictures_in(b, b->sheet);
	const struct piece *p, *last = NULL;

	task_sheet(&o->task, b->form, b->width, b->height, BOARD_COLUMNS, n);
	for (unsigned i = 0; i < n; i++) {
		p = piece_of(b, b->sheet * BOARD_SHEET + i);
		order_picture(b, o, i, p, last);
		last = p != NULL ? p : last;
	}
	task_put(&o->task, &print);
	errno = EMSGSIZE;
	return o->task.failed ? -1 : 1;
}

static int
order_poster(struct board *b, struct order *o)
{
	const struct piece *p = piece_of(b, b->poster);

	if (p == NULL || order_track(o, b->track->name, p->run) == -1 ||
	    order_segment(o, p->msn, false) == -1)
		return -1;
	for (unsigned form = 0; form < PICTURE_FORMS; form++) {
		const struct task_record r = {
		    .op = TASK_STILL, .a = form, .b = POSTER_BOX};

		task_put(&o->task, &r);
	}
	return 1;
}

int
board_order(struct board *b, struct order *o)
{
	char name[RACK_NAME_SIZE];

	if (b->pictures == 0)
		return 0;
	if (b->width == 0 && learn_size(b, o) == -1)
		return -1;
	for (; b->sheet < sheets(b); b->sheet++) {
		sheet_name(b, b->sheet, name);
		if (!rack_has(b->media_dir, b->broadcast, name))
			return order_sheet(b, o);
	}
	if (b->poster_done)
		return 0;
	b->poster_done = true;
	return order_poster(b, o);
}

/* What a picture of the sheet tells: a poster is where most is to be seen. */
static void
placed(struct board *b, const struct task_answer *a)
{
	size_t i = b->sheet * BOARD_SHEET + (size_t)a->a;
	size_t edge = b->pictures / 20;

	/* Beginnings and ends are titles. */
	if (a->a >= pictures_in(b, b->sheet) || i < edge ||
	    i + edge >= b->pictures || a->b <= b->best)
		return;
	b->best = (unsigned)a->b;
	b->poster = i;
}

/* The worker died at picture AT of the sheet: do without that one. */
static void
without(struct board *b, unsigned at)
{
	if (at >= pictures_in(b, b->sheet))
		at = 0;
	b->skip[at] = true;
	/* So many are no accident. */
	if (++b->tries >= TRIES)
		memset(b->skip, true, sizeof(b->skip));
	if (b->tries > TRIES)
		b->pictures = 0;
}

static int
take_sheet(struct board *b, struct str answer)
{
	char name[RACK_NAME_SIZE];
	struct task_answer a;
	unsigned done = 0;
	struct str bytes;

	while (task_next(&answer, &a, &bytes)) {
		if (a.op == TASK_PLACE) {
			placed(b, &a);
			done++;
		}
		if (a.op != TASK_PRINT ||
		    !picture_is(b->form, (const uint8_t *)bytes.p, bytes.len))
			continue;
		sheet_name(b, b->sheet++, name);
		b->tries = 0;
		memset(b->skip, false, sizeof(b->skip));
		/* D90: on disk before it is told of. */
		return rack_put(b->media_dir, b->broadcast, name, bytes, true);
	}
	without(b, done);
	return 0;
}

static int
take_poster(struct board *b, struct str answer)
{
	char name[RACK_NAME_SIZE];
	struct task_answer a;
	struct str bytes;

	while (task_next(&answer, &a, &bytes)) {
		if (a.op != TASK_STILL || a.a >= PICTURE_FORMS ||
		    !picture_is((enum picture_form)a.a,
			(const uint8_t *)bytes.p, bytes.len))
			continue;
		(void)snprintf(name, sizeof(name), "poster.%s",
		    picture_suffix((enum picture_form)a.a));
		if (rack_put(b->media_dir, b->broadcast, name, bytes, true) ==
		    -1)
			return -1;
		b->poster_webp |= a.a == PICTURE_WEBP;
	}
	return 0;
}

int
board_take(struct board *b, enum hand_end end, struct str answer)
{
	if (!b->poster_done)
		return take_sheet(b, answer);
	return end == HAND_DONE ? take_poster(b, answer) : 0;
}

void
board_give_up(struct board *b)
{
	b->pictures = 0;
}

int
board_tell(struct board *b, struct say *say)
{
	const struct ThumbnailMade poster = {
	    .broadcast = str_from(b->broadcast),
	    .poster = true,
	    .webp = b->poster_webp};
	const struct StoryboardMade made = {.broadcast = str_from(b->broadcast),
	    .pictures = b->pictures,
	    .interval_us = b->interval_us,
	    .width = b->width,
	    .height = b->height,
	    .columns = BOARD_COLUMNS,
	    .rows = BOARD_SHEET / BOARD_COLUMNS,
	    .form = str_from(picture_suffix(b->form))};

	if (rack_has(b->media_dir, b->broadcast, "poster.jpg") &&
	    say_event(say, EVENT_ThumbnailMade, b->broadcast, &poster) == -1)
		return -1;
	return say_event(say, EVENT_StoryboardMade, b->broadcast, &made);
}
