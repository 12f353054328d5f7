/*
 * How many events a second msgpack-c itself unpacks: the ceiling for a reader
 * that would use it.  The argument is the bytes of text in each; the answer
 * on stdout is a rate.
 */
#include <errno.h>
#include <inttypes.h>
#include <msgpack.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENTS = 4096, MAX_BYTES = 1 << 20 };

static double
now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
text(msgpack_packer *pk, const char *s, size_t n)
{
	(void)msgpack_pack_str(pk, n);
	(void)msgpack_pack_str_body(pk, s, n);
}

static void
pair(msgpack_packer *pk, const char *key, const char *value)
{
	text(pk, key, strlen(key));
	text(pk, value, strlen(value));
}

/* An event as the log holds it. */
static void
event(msgpack_packer *pk, uint64_t seq, const char *body, size_t n)
{
	(void)msgpack_pack_map(pk, 8);
	text(pk, "seq", 3);
	(void)msgpack_pack_uint64(pk, seq);
	text(pk, "version", 7);
	(void)msgpack_pack_uint64(pk, seq / 32);
	pair(pk, "id", "0190a6f8-5d3a-7b4e-8f21-3c5d7e9fab10");
	pair(pk, "source", "weir-bench");
	pair(pk, "type", "NoteWritten");
	pair(pk, "subject", "bench/17");
	text(pk, "time", 4);
	(void)msgpack_pack_uint64(pk, 1700000000000000 + seq);
	text(pk, "data", 4);
	(void)msgpack_pack_map(pk, 1);
	text(pk, "text", 4);
	text(pk, body, n);
}

int
main(int argc, char *argv[])
{
	unsigned long n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	msgpack_sbuffer b;
	msgpack_packer pk;
	msgpack_unpacked u;
	uint64_t count = 0, sum = 0;
	double start;
	char *body;

	if (n == 0 || n > MAX_BYTES || (body = malloc(n)) == NULL) {
		(void)fprintf(stderr, "usage: unpack BYTES\n");
		return 100;
	}
	memset(body, 'x', n);
	msgpack_sbuffer_init(&b);
	msgpack_packer_init(&pk, &b, msgpack_sbuffer_write);
	for (uint64_t i = 1; i <= EVENTS; i++)
		event(&pk, i, body, n);
	msgpack_unpacked_init(&u);
	start = now_s();
	while (now_s() - start < 1)
		for (size_t at = 0; msgpack_unpack_next(&u, b.data, b.size,
					&at) == MSGPACK_UNPACK_SUCCESS;) {
			count++;
			sum += u.data.via.map.size;
		}
	printf("%.0f\n", (double)count / (now_s() - start));
	msgpack_unpacked_destroy(&u);
	msgpack_sbuffer_destroy(&b);
	free(body);
	return sum == 8 * count ? 0 : 111;
}
