#include "chunk.h"
#include "tap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What came out, as text: "type/stream@time:length:sum ". */
struct seen {
	struct buf text;
	bool stop;
};

static int
see(void *ctx, const struct chunk_message *m)
{
	struct seen *s = ctx;
	unsigned sum = 0;

	for (size_t i = 0; i < m->len; i++)
		sum = sum * 31 + m->p[i];
	(void)buf_printf(&s->text, "%u/%u@%u:%zu:%x ", m->type, m->stream,
	    m->timestamp_ms, m->len, sum);
	return s->stop;
}

/* Feed P in pieces of STEP; true when all of it is taken and seen as WANT. */
static bool
reads(const uint8_t *p, size_t n, size_t step, const char *want)
{
	struct seen s = {.stop = false};
	struct chunk_reader *r = chunk_reader_open(see, &s);
	bool good = true;

	buf_init(&s.text, 1 << 20);
	for (size_t at = 0; at < n && good; at += step) {
		size_t k = n - at < step ? n - at : step;

		good = chunk_reader_feed(r, p + at, k) == (ssize_t)k;
	}
	good = good && str_eqz(buf_str(&s.text), want);
	if (!good)
		printf("# %s: %.*s\n", chunk_reader_why(r),
		    STRF(buf_str(&s.text)));
	chunk_reader_close(r);
	buf_fini(&s.text);
	return good;
}

/* The error that reading P of a trusted or a new peer ends with. */
static int
error_of(const uint8_t *p, size_t n, bool trusted)
{
	struct seen s = {.stop = false};
	struct chunk_reader *r = chunk_reader_open(see, &s);
	int error = 0;

	buf_init(&s.text, 1 << 20);
	if (trusted)
		chunk_reader_trust(r);
	if (chunk_reader_feed(r, p, n) == -1)
		error = chunk_reader_why(r) != NULL ? errno : -1;
	chunk_reader_close(r);
	buf_fini(&s.text);
	return error;
}

#define ERROR(trusted, ...)                                                    \
	error_of((const uint8_t[]){__VA_ARGS__},                               \
	    sizeof((const uint8_t[]){__VA_ARGS__}), trusted)
#define READS(want, ...)                                                       \
	(reads((const uint8_t[]){__VA_ARGS__},                                 \
	     sizeof((const uint8_t[]){__VA_ARGS__}), 1, want) &&               \
	    reads((const uint8_t[]){__VA_ARGS__},                              \
		sizeof((const uint8_t[]){__VA_ARGS__}), 3, want) &&            \
	    reads((const uint8_t[]){__VA_ARGS__},                              \
		sizeof((const uint8_t[]){__VA_ARGS__}), 1000, want))

#define SET_SIZE(n) 2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, n

static void
headers(void)
{
	/* Type 0, then 1, 2 and 3, which each leave more out. */
	OK(READS("9/1@1000:1:a 8/1@1010:2:35d 8/1@1030:2:35d 8/1@1050:2:35d ",
	    0x04, 0, 0x03, 0xe8, 0, 0, 1, 9, 1, 0, 0, 0, 10, /* 0 */
	    0x44, 0, 0, 10, 0, 0, 2, 8, 27, 24,              /* 1 */
	    0x84, 0, 0, 20, 27, 24,                          /* 2 */
	    0xc4, 27, 24));                                  /* 3 */
	/* A type 3 after a type 0 takes its timestamp for the delta. */
	OK(READS("8/1@7:1:1 8/1@14:1:1 ", 4, 0, 0, 7, 0, 0, 1, 8, 1, 0, 0, 0, 1,
	    0xc4, 1));
	/* Chunk stream ids of two and three bytes. */
	OK(READS("8/1@0:1:1 ", 0, 0, 0, 0, 0, 0, 0, 1, 8, 1, 0, 0, 0, 1));
	OK(READS("8/1@0:1:1 8/1@5:1:2 ", 1, 255, 255, 0, 0, 0, 0, 0, 1, 8, 1, 0,
	    0, 0, 1, 0x81, 255, 255, 0, 0, 5, 2));
	/* An empty message has no payload to wait for. */
	OK(READS("8/1@0:0:0 ", 4, 0, 0, 0, 0, 0, 0, 8, 1, 0, 0, 0));
	/* Two messages in turns, chunk by chunk of two bytes. */
	OK(READS("9/1@0:4:7c42 8/1@0:3:3e2 ", SET_SIZE(2), 4, 0, 0, 0, 0, 0, 4,
	    9, 1, 0, 0, 0, 1, 2, 5, 0, 0, 0, 0, 0, 3, 8, 1, 0, 0, 0, 1, 0, 0xc4,
	    3, 4, 0xc5, 1 + 32));
	/* Abort forgets what is unfinished; then another may begin. */
	OK(READS("8/1@0:1:9 ", SET_SIZE(1), 4, 0, 0, 0, 0, 0, 4, 9, 1, 0, 0, 0,
	    1, 2, 0, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0, 0xc2, 0, 0xc2, 0, 0xc2, 4,
	    4, 0, 0, 0, 0, 0, 1, 8, 1, 0, 0, 0, 9));
}

static void
extended_timestamps(void)
{
	/* Absolute, of one chunk. */
	OK(READS("8/1@16777215:1:1 ", 4, 255, 255, 255, 0, 0, 1, 8, 1, 0, 0, 0,
	    0, 255, 255, 255, 1));
	/* Repeated in the chunks that go on, as ffmpeg and OBS do. */
	OK(READS("8/1@16777217:3:402 ", SET_SIZE(1), 4, 255, 255, 255, 0, 0, 3,
	    8, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0xc4, 1, 0, 0, 1, 2, 0xc4, 1, 0, 0, 1,
	    3));
	/* Not repeated, as some others do: chunks of 1, 2 and 6 bytes. */
	OK(READS("8/1@16777217:3:402 0/0@0:0:0 ", SET_SIZE(1), 4, 255, 255, 255,
	    0, 0, 3, 8, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0xc4, 2, 0xc4, 3, 5, 0, 0, 0,
	    0, 0, 0, 0, 0, 0, 0, 0));
	OK(READS("8/1@16777217:7:387c1804 ", SET_SIZE(6), 4, 255, 255, 255, 0,
	    0, 7, 8, 1, 0, 0, 0, 1, 0, 0, 1, 1, 2, 3, 4, 5, 6, 0xc4, 7, 5, 0, 0,
	    0));
	/* As a delta. */
	OK(READS("8/1@1:1:1 8/1@16777217:1:1 ", 4, 0, 0, 1, 0, 0, 1, 8, 1, 0, 0,
	    0, 1, 0x84, 255, 255, 255, 1, 0, 0, 0, 1));
}

static void
refusals(void)
{
	OK(ERROR(true, SET_SIZE(0)) == EBADMSG);
	OK(ERROR(true, 2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0x7f, 255, 255,
	       255) == EBADMSG);
	OK(ERROR(true, 2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0x80, 0, 0, 1) ==
	    EBADMSG);
	OK(ERROR(true, 2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 255, 255, 255) ==
	    0);
	/* A control message that is too short. */
	OK(ERROR(true, 2, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0, 0, 0, 1) == EBADMSG);
	/* Type 3 first. */
	OK(ERROR(true, 0xc4, 0) == EBADMSG);
	/* A message inside an unfinished one. */
	OK(ERROR(true, SET_SIZE(1), 4, 0, 0, 0, 0, 0, 2, 8, 1, 0, 0, 0, 1, 4, 0,
	       0, 0, 0, 0, 2, 8, 1, 0, 0, 0, 1) == EBADMSG);
	/* Lengths: 64 KiB for anybody, 16 MiB - 1 for trusted media. */
	OK(ERROR(false, 4, 0, 0, 0, 1, 0, 1, 9, 1, 0, 0, 0) == EMSGSIZE);
	OK(ERROR(false, 4, 0, 0, 0, 1, 0, 0, 9, 1, 0, 0, 0) == 0);
	OK(ERROR(true, 4, 0, 0, 0, 255, 255, 255, 9, 1, 0, 0, 0) == 0);
	OK(ERROR(true, 4, 0, 0, 0, 1, 0, 1, 20, 1, 0, 0, 0) == EMSGSIZE);
}

/* Begin chunk streams until the reader has enough of them. */
static void
many_streams(void)
{
	struct seen s = {.stop = false};
	struct chunk_reader *r = chunk_reader_open(see, &s);
	const uint8_t size[] = {SET_SIZE(1)};
	size_t held = 0, n;

	buf_init(&s.text, 4096);
	(void)chunk_reader_feed(r, size, sizeof(size));
	for (n = 0; n < 65599 - 3; n++) {
		const uint8_t p[] = {1, (uint8_t)n, (uint8_t)(n >> 8), 0, 0, 0,
		    0, 255, 255, 9, 1, 0, 0, 0, 1};

		if (chunk_reader_feed(r, p, sizeof(p)) == -1)
			break;
		held = chunk_reader_held(r);
	}
	OK(n == CHUNK_STREAMS_MAX - 1 && errno == EMSGSIZE);
	OK(held <= CHUNK_PARTIAL_MAX);
	chunk_reader_close(r);
	buf_fini(&s.text);
}

/* Unfinished messages on many streams: memory ends before they do. */
static void
partial_bytes(void)
{
	struct seen s = {.stop = false};
	struct chunk_reader *r = chunk_reader_open(see, &s);
	uint8_t *zero = calloc(1, 65535);
	const uint8_t size[] = {2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 1, 0, 0};
	int rc = 0;

	buf_init(&s.text, 4096);
	(void)chunk_reader_feed(r, size, sizeof(size));
	for (uint8_t n = 3; n < 60 && rc == 0; n++) {
		const uint8_t p[] = {n, 0, 0, 0, 0, 255, 255, 9, 1, 0, 0, 0};

		if (chunk_reader_feed(r, p, sizeof(p)) == -1 ||
		    chunk_reader_feed(r, zero, 65534) == -1)
			rc = -1;
		if (chunk_reader_held(r) > CHUNK_PARTIAL_MAX)
			break;
	}
	OK(rc == -1 && errno == EMSGSIZE);
	OK(chunk_reader_held(r) <= CHUNK_PARTIAL_MAX);
	chunk_reader_close(r);
	buf_fini(&s.text);
	free(zero);
}

/* What the writer writes the reader reads, and stops where it is told. */
static void
round_trip(void)
{
	struct seen s = {.stop = true};
	struct chunk_reader *r = chunk_reader_open(see, &s);
	uint8_t body[300];
	struct chunk_message m = {5, CHUNK_COMMAND, 1, 77, body, sizeof(body)};
	struct buf b;
	ssize_t k;

	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)i;
	buf_init(&b, 4096);
	buf_init(&s.text, 4096);
	chunk_put(&b, &m, CHUNK_SIZE_FIRST);
	chunk_put(&b, &m, CHUNK_SIZE_FIRST);
	OK(!b.failed && b.len == 2 * (12 + 300 + 2));
	k = chunk_reader_feed(r, b.p, b.len);
	OK(k == 12 + 300 + 2);
	OK(chunk_reader_feed(r, b.p + k, b.len - (size_t)k) == k);
	OK(strncmp((char *)s.text.p, "20/1@77:300:", 12) == 0);
	chunk_reader_close(r);
	buf_fini(&b);
	buf_fini(&s.text);
}

int
main(void)
{
	headers();
	extended_timestamps();
	refusals();
	many_streams();
	partial_bytes();
	round_trip();
	return tap_done();
}
