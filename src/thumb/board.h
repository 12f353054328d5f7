#ifndef THUMB_BOARD_H
#define THUMB_BOARD_H

#include "hand.h"
#include "log.h"
#include "say.h"

/*
 * The storyboard of a recording in the making: small pictures of all of it, in
 * sheets, and a poster.  Sheets that are there already are not made again.
 */
struct board;

enum {
	BOARD_SIDE = 192, /* pixels: a picture fits into a square of it */
	BOARD_COLUMNS = 10,
	BOARD_SHEET = 100,   /* pictures */
	BOARD_PICTURES = 300 /* so many, but for limits of the interval */
};
#define BOARD_MIN_US UINT64_C(2000000)
#define BOARD_MAX_US UINT64_C(10000000)

/* How far pictures of a recording of LENGTH_US are apart. */
uint64_t board_interval_us(uint64_t length_us);

/* Of BROADCAST, as L has it, below MEDIA_DIR.  NULL with errno. */
struct board *board_open(
    struct log *l, const char *media_dir, const char *broadcast);
void board_close(struct board *b);

/*
 * Put what is to be done next into O, which is about the broadcast.  1; 0 when
 * there is nothing left; or -1 with errno.
 */
int board_order(struct board *b, struct order *o);

/* Take ANSWER, of a worker that came to END.  0, or -1 with errno. */
int board_take(struct board *b, enum hand_end end, struct str answer);

/* It cannot be made: what is told is that there is none. */
void board_give_up(struct board *b);

/* Nothing is left: say so.  0, or -1 with errno, and it may be tried again. */
int board_tell(struct board *b, struct say *say);

#endif
