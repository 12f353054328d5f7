#include "tap.h"
#include "wire.h"

#include <errno.h>

static struct str
encoded(const struct buf *b)
{
	OK(!b->failed);
	return buf_str(b);
}

/* No shorter message is a request or an answer, and no longer one. */
static void
exact(struct str s, bool request)
{
	size_t taken = 0;
	char longer[4096];

	for (size_t len = 0; len <= s.len; len++) {
		struct wire_request r;
		struct wire_answer a;
		const char *why = NULL;

		taken += request ? wire_request_decode(&r, s.p, len, &why) == 0
				 : wire_answer_decode(&a, s.p, len) == 0;
	}
	OK(taken == 1);
	if (s.len < sizeof(longer)) {
		struct wire_request r;
		struct wire_answer a;
		const char *why = NULL;

		memcpy(longer, s.p, s.len);
		longer[s.len] = '\0';
		OK((request
			   ? wire_request_decode(&r, longer, s.len + 1, &why)
			   : wire_answer_decode(&a, longer, s.len + 1)) == -1 &&
		    errno == EBADMSG);
	}
}

static void
requests(void)
{
	const struct str event[3] = {STR("one"), STR(""), STR("three")};
	struct wire_request r, q = {.number = UINT64_MAX,
				   .prefix = STR("live/"),
				   .after = STR("live/a"),
				   .exact = true,
				   .limit = UINT32_MAX};
	const char *why = NULL;
	struct buf b;
	struct mp m;

	buf_init(&b, WIRE_MAX_REQUEST);
	wire_append_encode(&b, 300, event, 3);
	OK(wire_request_decode(&r, b.p, b.len, &why) == 0);
	OK(r.op == WIRE_APPEND && r.number == 300 && r.count == 3);
	m = r.events;
	for (size_t i = 0; i < 3; i++)
		OK(str_eq(mp_bin(&m), event[i]));
	OK(mp_done(&m));
	exact(encoded(&b), true);

	buf_reset(&b);
	wire_last_encode(&b, &q);
	OK(wire_request_decode(&r, b.p, b.len, &why) == 0);
	OK(r.op == WIRE_LAST && r.number == UINT64_MAX && r.exact);
	OK(str_eq(r.prefix, q.prefix) && str_eq(r.after, q.after));
	OK(r.limit == UINT32_MAX);
	exact(encoded(&b), true);

	/* As many events as may be, and one more. */
	for (size_t n = BUS_MAX_BATCH; n <= BUS_MAX_BATCH + 1; n++) {
		static struct str many[BUS_MAX_BATCH + 1];

		buf_reset(&b);
		wire_append_encode(&b, 1, many, n);
		OK(wire_request_decode(&r, b.p, b.len, &why) ==
		    (n > BUS_MAX_BATCH ? -1 : 0));
	}
	OK(strcmp(why, "more than 1024 events") == 0);
	buf_fini(&b);
}

static void
answers(void)
{
	struct bus_result got,
	    result[4] = {
		{.status = BUS_STORED, .seq = 1, .version = UINT64_MAX},
		{.status = BUS_REFUSED, .why = STR("it does not fit")},
		{.status = BUS_BUSY, .why = {NULL, 5}},
		{.status = BUS_CONFLICT, .version = 70000},
	    };
	static char text[2 * WIRE_MAX_WHY];
	struct wire_answer a;
	msgpack_packer pk;
	struct buf b;

	buf_init(&b, WIRE_MAX_ANSWER);
	wire_results_encode(&b, 7, result, 4);
	OK(wire_answer_decode(&a, b.p, b.len) == 0);
	OK(a.op == WIRE_APPEND && a.number == 7 && a.count == 4 && a.busy == 1);
	for (size_t i = 0; i < 4; i++) {
		wire_result_next(&a.items, &got);
		OK(got.status == result[i].status && got.seq == result[i].seq &&
		    got.version == result[i].version);
		OK(i == 1 ? str_eq(got.why, result[1].why) : got.why.len == 0);
	}
	OK(mp_done(&a.items));
	exact(encoded(&b), false);

	buf_reset(&b);
	wire_error_encode(&b, 9, STR("no"));
	OK(wire_answer_decode(&a, b.p, b.len) == 0);
	OK(a.op == WIRE_ERROR && a.number == 9 && str_eqz(a.why, "no"));
	exact(encoded(&b), false);

	buf_reset(&b);
	wire_list_encode(&b, 10, true, 2);
	mp_packer(&pk, &b);
	mp_put_bin(&pk, STR("x"));
	mp_put_bin(&pk, STR("yy"));
	OK(wire_answer_decode(&a, b.p, b.len) == 0);
	OK(a.op == WIRE_LAST && a.more && a.count == 2);
	OK(str_eqz(mp_bin(&a.items), "x") && str_eqz(mp_bin(&a.items), "yy"));
	exact(encoded(&b), false);

	/* A status that does not exist; a result with too many fields. */
	OK(wire_answer_decode(&a, "\x94\x01\x01\x01\x91\x93\x05\x00\x00", 9) ==
	    -1);
	OK(wire_answer_decode(
	       &a, "\x94\x01\x01\x01\x91\x95\x00\x00\x00\xa0\xa0", 11) == -1);

	/* A long reason is cut, but not inside a character. */
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < 4; i++) {
		memcpy(text + WIRE_MAX_WHY - i, "\xf0\x9f\x8e\xa5", 4);
		buf_reset(&b);
		wire_error_encode(&b, 1, (struct str){text, sizeof(text)});
		OK(wire_answer_decode(&a, b.p, b.len) == 0);
		OK(a.why.len == WIRE_MAX_WHY - i && str_utf8(a.why));
	}
	buf_fini(&b);
}

static void
removals(void)
{
	const struct bus_removal said = {.orders = 2,
	    .next = 70000,
	    .until = UINT64_MAX,
	    .events = 3,
	    .bytes = 400,
	    .why = "the disk is full"};
	struct wire_request r;
	struct wire_answer a;
	const char *why = NULL;
	struct buf b;

	buf_init(&b, WIRE_MAX_REQUEST);
	wire_remove_encode(&b, 12);
	OK(wire_request_decode(&r, b.p, b.len, &why) == 0);
	OK(r.op == WIRE_REMOVE && r.number == 12);
	exact(encoded(&b), true);
	buf_reset(&b);
	wire_removal_encode(&b, 12, &said);
	OK(wire_answer_decode(&a, b.p, b.len) == 0);
	OK(a.op == WIRE_REMOVE && a.number == 12 && a.removal.orders == 2);
	OK(a.removal.next == 70000 && a.removal.until == UINT64_MAX);
	OK(a.removal.events == 3 && a.removal.bytes == 400);
	OK(str_eqz(a.why, said.why));
	exact(encoded(&b), false);
	buf_fini(&b);
}

int
main(void)
{
	requests();
	answers();
	removals();
	return tap_done();
}
