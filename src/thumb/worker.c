#include "err.h"
#include "file.h"
#include "sandbox.h"
#include "sheet.h"
#include "task.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * A picture of 8K in 16 bits is 200 MB, and a decoder may keep some.  Who
 * needs more gets no picture.
 */
#define MEMORY_MAX (UINT64_C(768) * 1024 * 1024)

enum { CPU_MAX_S = 120, NICE = 5 };

struct worker {
	int out;
	struct still *still;
	struct loudness *loudness;
	bool seen; /* the last unit gave a picture */
	struct sheet *sheet;
	enum picture_form form; /* of the sheet */
	struct buf unit, image;
};

/* Answer A, with its octets at P.  0, or -1 after reporting. */
static int
answer(const struct worker *w, const struct task_answer *a, const void *p)
{
	if (file_write(w->out, a, sizeof(*a)) == 0 &&
	    file_write(w->out, p, a->bytes) == 0)
		return 0;
	err_sys("answer");
	return -1;
}

/* What cannot be decoded is no fault of ours: nothing comes of it. */
static void
begin_track(struct worker *w, const struct task_record *r, const uint8_t *p)
{
	const struct media_track t = {
	    .kind = r->a == MEDIA_AUDIO ? MEDIA_AUDIO : MEDIA_VIDEO,
	    .codec = (enum media_codec)r->b,
	    .time_num = 1,
	    .time_den = 1,
	    .channels = (unsigned)r->c,
	    .sample_rate_hz = (unsigned)r->d,
	    .config = p,
	    .config_len = r->bytes};

	still_close(w->still);
	loudness_close(w->loudness);
	w->still = t.kind == MEDIA_VIDEO ? still_open(&t) : NULL;
	w->loudness = t.kind == MEDIA_AUDIO ? loudness_open(&t) : NULL;
	w->seen = false;
}

/* The octets that R is about into w->unit.  0, or -1. */
static int
read_unit(struct worker *w, const struct task_record *r)
{
	buf_reset(&w->unit);
	if (buf_reserve(&w->unit, (size_t)r->c) == -1 ||
	    lseek((int)r->a, (off_t)r->b, SEEK_SET) == -1)
		return -1;
	while (w->unit.len < r->c) {
		ssize_t n = read((int)r->a, w->unit.p + w->unit.len,
		    (size_t)r->c - w->unit.len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		w->unit.len += (size_t)n;
	}
	return 0;
}

static void
unit(struct worker *w, const struct task_record *r)
{
	if (w->still != NULL)
		w->seen = false;
	if (read_unit(w, r) == -1)
		return;
	if (w->still != NULL)
		w->seen = still_take(w->still, w->unit.p, w->unit.len) == 0;
	else if (w->loudness != NULL)
		(void)loudness_put(w->loudness, w->unit.p, w->unit.len);
}

static int
write_still(struct worker *w, const struct task_record *r)
{
	const enum picture_form form =
	    r->a == PICTURE_WEBP ? PICTURE_WEBP : PICTURE_JPEG;
	struct task_answer a = {.op = TASK_STILL, .a = form};

	buf_reset(&w->image);
	if (!w->seen || still_write(w->still, (unsigned)r->b, form,
			    TASK_QUALITY, &w->image) == -1)
		return 0;
	a.bytes = (uint32_t)w->image.len;
	return answer(w, &a, w->image.p);
}

static void
begin_sheet(struct worker *w, const struct task_record *r, const uint8_t *form)
{
	w->form = r->bytes == 1 && *form == PICTURE_WEBP ? PICTURE_WEBP
							 : PICTURE_JPEG;
	sheet_close(w->sheet);
	w->sheet = sheet_open(w->form, (unsigned)r->a, (unsigned)r->b,
	    (unsigned)r->c, (unsigned)r->d);
}

static int
place(struct worker *w, const struct task_record *r)
{
	struct task_answer a = {.op = TASK_PLACE, .a = r->a};

	/* In the place of one that cannot be seen stands the one before. */
	if (w->still != NULL && w->sheet != NULL &&
	    sheet_put(w->sheet, (unsigned)r->a, w->still) == 0 && w->seen)
		a.b = 1 + still_detail(w->still);
	return answer(w, &a, "");
}

static int
print(struct worker *w)
{
	struct task_answer a = {.op = TASK_PRINT, .a = w->form};

	buf_reset(&w->image);
	if (w->sheet == NULL ||
	    sheet_write(w->sheet, TASK_QUALITY, &w->image) == -1)
		return 0;
	a.bytes = (uint32_t)w->image.len;
	return answer(w, &a, w->image.p);
}

static int
tell_sound(struct worker *w)
{
	const struct task_answer a = {
	    .op = TASK_SOUND, .bytes = sizeof(struct loudness_figures)};
	struct loudness_figures f;

	if (w->loudness == NULL)
		return 0;
	loudness_read(w->loudness, &f);
	return answer(w, &a, &f);
}

static int
work(struct worker *w, const struct task_record *r, const uint8_t *bytes)
{
	switch ((enum task_op)r->op) {
	case TASK_TRACK:
		begin_track(w, r, bytes);
		return 0;
	case TASK_UNIT:
		unit(w, r);
		return 0;
	case TASK_STILL:
		return write_still(w, r);
	case TASK_SHEET:
		begin_sheet(w, r, bytes);
		return 0;
	case TASK_PLACE:
		return place(w, r);
	case TASK_PRINT:
		return print(w);
	case TASK_SOUND:
		return tell_sound(w);
	}
	return 0;
}

/* All that TASK asks for.  An exit code. */
static int
work_all(struct worker *w, const struct buf *task)
{
	struct task_record r;
	size_t at = 0;

	while (task->len - at >= sizeof(r)) {
		memcpy(&r, task->p + at, sizeof(r));
		at += sizeof(r);
		if (r.bytes > task->len - at) {
			err_msg("standard input is no task");
			return EXIT_PERM;
		}
		if (work(w, &r, task->p + at) == -1)
			return EXIT_TEMP;
		at += r.bytes;
	}
	return EXIT_OK;
}

int
task_work(int fd, int out)
{
	const struct sandbox sandbox = {
	    .folder = -1, .memory_max_bytes = MEMORY_MAX};
	const struct rlimit cpu = {CPU_MAX_S, CPU_MAX_S};
	struct worker w = {.out = out};
	struct buf task;
	int code = EXIT_TEMP;

	/* What is live goes before pictures of it. */
	(void)!nice(NICE);
	if (setrlimit(RLIMIT_CPU, &cpu) == -1 || sandbox_enter(&sandbox) == -1)
		return EXIT_TEMP;
	buf_init(&task, TASK_MAX_BYTES);
	buf_init(&w.unit, MEDIA_MAX_PACKET);
	buf_init(&w.image, PICTURE_MAX_BYTES);
	if (file_read(fd, &task) == -1)
		err_sys("read the task");
	else
		code = work_all(&w, &task);
	sheet_close(w.sheet);
	still_close(w.still);
	loudness_close(w.loudness);
	buf_fini(&task);
	buf_fini(&w.unit);
	buf_fini(&w.image);
	return code;
}
