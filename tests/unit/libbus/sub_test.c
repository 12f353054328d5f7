#include "fake.h"

static struct bus_server *server;

static void
say(const char *type, const char *id)
{
	struct buf b;

	buf_init(&b, EVENT_MAX);
	fake_event(&b, id, "test/1", type, 300);
	bus_server_publish(server, str_from(type), buf_str(&b));
	buf_fini(&b);
}

/* S hears something only once its subscription arrived at the server. */
static bool
subscribed(struct bus_sub *s, const char *type)
{
	uint64_t end_us = fake_deadline();
	struct event e;

	while (clock_mono_us() < end_us) {
		say(type, "first");
		if (bus_sub_next(s, 5, &e) == 1)
			break;
	}
	return clock_mono_us() < end_us;
}

/* The next one heard, apart from what subscribed() said, is that one. */
static bool
hears(struct bus_sub *s, const char *type, const char *id)
{
	struct event e;

	do {
		if (bus_sub_next(s, FAKE_DEADLINE_MS, &e) != 1)
			return false;
	} while (str_eqz(e.id, "first"));
	return str_eqz(e.type_name, type) && str_eqz(e.id, id) &&
	       str_eqz(e.subject, "test/1");
}

static void
filters(void)
{
	const char *const a[] = {"A"}, *const two[] = {"B", "AB"};
	const struct bus_server_figures *f;
	struct bus_sub *sa, *st, *all;
	struct event e;

	OK((server = bus_server_open()) != NULL);
	f = bus_server_figures(server);
	for (int i = 0; i < 100; i++)
		say("A", "nobody");
	OK(f->published == 0);
	OK((sa = bus_sub_open(a, 1)) != NULL);
	OK((st = bus_sub_open(two, 2)) != NULL);
	OK(subscribed(sa, "A"));
	OK(subscribed(st, "B"));
	/* Nobody listens to C, and it is not even sent. */
	bus_server_turn(server);
	{
		uint64_t before = f->published;

		say("C", "unheard");
		OK(f->published == before);
	}
	OK((all = bus_sub_open(NULL, 0)) != NULL);
	OK(subscribed(all, "C"));
	say("A", "1");
	say("AB", "2");
	say("ABC", "3");
	say("B", "4");
	say("C", "5");
	say("A", "6");
	OK(hears(sa, "A", "1"));
	OK(hears(sa, "A", "6"));
	OK(bus_sub_next(sa, 20, &e) == 0);
	OK(hears(st, "AB", "2"));
	OK(hears(st, "B", "4"));
	OK(bus_sub_next(st, 20, &e) == 0);
	OK(hears(all, "A", "1"));
	OK(hears(all, "AB", "2"));
	OK(hears(all, "ABC", "3"));
	OK(hears(all, "B", "4"));
	OK(hears(all, "C", "5"));
	OK(hears(all, "A", "6"));
	OK(bus_sub_next(all, 0, &e) == 0);

	/* The server goes and comes back: the subscription does too. */
	bus_server_close(server);
	OK(bus_sub_next(sa, 10, &e) == 0);
	OK((server = bus_server_open()) != NULL);
	OK(subscribed(sa, "A"));
	OK(subscribed(all, "B"));
	say("A", "7");
	OK(hears(sa, "A", "7"));

	/* All leave: it is quiet again. */
	f = bus_server_figures(server);
	bus_sub_close(sa);
	bus_sub_close(st);
	bus_sub_close(all);
	{
		uint64_t end_us = fake_deadline(), before;

		do {
			before = f->published;
			bus_server_turn(server);
			say("A", "8");
		} while (f->published != before && clock_mono_us() < end_us);
		OK(f->published == before);
	}
	bus_server_close(server);
}

/* One who asks for more types than the server counts hears them all. */
static void
many(void)
{
	char name[80][8];
	const char *type[80];
	struct bus_sub *s[2];
	size_t heard = 0;
	struct event e;

	for (size_t i = 0; i < 80; i++) {
		(void)snprintf(name[i], sizeof(name[i]), "T%zu", i);
		type[i] = name[i];
	}
	OK(bus_sub_open(type, 80) == NULL && errno == EINVAL);
	OK((server = bus_server_open()) != NULL);
	OK((s[0] = bus_sub_open(type, 60)) != NULL);
	OK((s[1] = bus_sub_open(type + 60, 20)) != NULL);
	OK(subscribed(s[0], "T0"));
	OK(subscribed(s[1], "T79"));
	for (size_t i = 0; i < 80; i++)
		say(name[i], name[i]);
	for (size_t i = 0; i < 80; i++)
		heard += hears(s[i >= 60], name[i], name[i]);
	OK(heard == 80);
	OK(bus_sub_next(s[0], 0, &e) == 0);
	bus_sub_close(s[0]);
	bus_sub_close(s[1]);
	bus_server_close(server);
}

/* A publisher that says what it should not. */
static void
nonsense(void)
{
	const char *const a[] = {"A"};
	char endpoint[200];
	struct bus_sub *s;
	zsock_t *pub = zsock_new(ZMQ_PUB);
	void *raw = zsock_resolve(pub);
	uint64_t end_us = fake_deadline();
	bool heard = false;
	struct buf b;
	struct event e;

	(void)snprintf(
	    endpoint, sizeof(endpoint), "ipc://%s/events.sock", fake_dir);
	OK(zmq_bind(raw, endpoint) == 0);
	OK((s = bus_sub_open(a, 1)) != NULL);
	buf_init(&b, EVENT_MAX);
	fake_event(&b, "good", "test/1", "A", 10);
	while (!heard && clock_mono_us() < end_us) {
		(void)zmq_send(raw, "A", 1, 0);
		(void)zmq_send(raw, "A", 1, ZMQ_SNDMORE);
		(void)zmq_send(raw, "\xc1", 1, 0);
		(void)zmq_send(raw, "A", 1, ZMQ_SNDMORE);
		(void)zmq_send(raw, "", 0, 0);
		(void)zmq_send(raw, "A", 1, ZMQ_SNDMORE);
		(void)zmq_send(raw, b.p, b.len, ZMQ_SNDMORE);
		(void)zmq_send(raw, "x", 1, 0);
		(void)zmq_send(raw, "AB", 2, ZMQ_SNDMORE);
		(void)zmq_send(raw, b.p, b.len, 0);
		(void)zmq_send(raw, "A", 1, ZMQ_SNDMORE);
		(void)zmq_send(raw, b.p, b.len, 0);
		heard = bus_sub_next(s, 5, &e) == 1;
	}
	OK(heard && str_eqz(e.id, "good"));
	buf_fini(&b);
	bus_sub_close(s);
	zsock_destroy(&pub);
	OK(unlink(endpoint + strlen("ipc://")) == 0);
}

int
main(void)
{
	fake_init();
	filters();
	many();
	nonsense();
	fake_fini();
	return tap_done();
}
