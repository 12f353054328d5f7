#include "address.h"
#include "crowd.h"
#include "tap.h"

#include <string.h>

static struct address
at(const char *text)
{
	struct address a = {{0}};

	OK(address_parse(str_from(text), &a));
	return a;
}

/* For whom PEER asks, with TRUSTED, says WHOM. */
static bool
asks_for(const char *trusted, const char *peer, const char *forwarded,
    const char *forwarded_for, const char *whom)
{
	struct address p = at(peer), want = at(whom), got;
	struct trust t;

	OK(trust_parse(trusted, &t));
	got =
	    trust_client(&t, &p, str_from(forwarded), str_from(forwarded_for));
	return address_eq(&got, &want);
}

static void
parses(void)
{
	struct address a = at("1.2.3.4"), b = at("::ffff:1.2.3.4");

	OK(address_eq(&a, &b));
	OK(!address_parse(STR(""), &a) && !address_parse(STR("1.2.3"), &a) &&
	    !address_parse(STR("01.2.3.4.5"), &a) &&
	    !address_parse(STR("localhost"), &a));
	/* A host has a /64 of IPv6, and one IPv4 address. */
	a = at("2001:db8::1");
	b = at("2001:db8::2");
	a = address_holder(&a);
	b = address_holder(&b);
	OK(address_eq(&a, &b));
	a = at("1.2.3.4");
	b = at("1.2.3.5");
	a = address_holder(&a);
	b = address_holder(&b);
	OK(!address_eq(&a, &b));
}

static bool
trusts(const char *list, const char *whom)
{
	struct address a = at(whom);
	struct trust t;

	OK(trust_parse(list, &t));
	return trust_has(&t, &a);
}

static void
ranges(void)
{
	struct trust t;

	OK(!trusts("", "127.0.0.1"));
	OK(trusts("127.0.0.1, ::1", "127.0.0.1"));
	OK(trusts("127.0.0.1,::1", "::1"));
	OK(!trusts("127.0.0.1", "127.0.0.2"));
	OK(trusts("10.0.0.0/8", "10.255.0.1"));
	OK(!trusts("10.0.0.0/8", "11.0.0.1"));
	OK(trusts("10.0.0.0/9", "10.127.0.1"));
	OK(!trusts("10.0.0.0/9", "10.128.0.1"));
	OK(trusts("0.0.0.0/0", "9.9.9.9") && !trusts("0.0.0.0/0", "::1"));
	OK(trusts("::/0", "9.9.9.9") && trusts("fd00::/8", "fdab::1"));
	OK(!trust_parse("127.0.0.1/33", &t) && !trust_parse("x", &t) &&
	    !trust_parse("127.0.0.1/", &t) && !trust_parse("::1/129", &t));
}

static void
forwards(void)
{
	const char *proxy = "127.0.0.1 10.0.0.0/8";

	/* Nobody's word but that of those who are trusted. */
	OK(asks_for("", "127.0.0.1", NULL, "1.2.3.4", "127.0.0.1"));
	OK(asks_for(proxy, "9.9.9.9", "for=1.2.3.4", "1.2.3.4", "9.9.9.9"));
	OK(asks_for(proxy, "127.0.0.1", NULL, NULL, "127.0.0.1"));
	OK(asks_for(proxy, "127.0.0.1", NULL, "1.2.3.4", "1.2.3.4"));
	/* The right-most that is not trusted. */
	OK(asks_for(proxy, "127.0.0.1", NULL, "6.6.6.6, 1.2.3.4 , 10.1.1.1",
	    "1.2.3.4"));
	OK(asks_for(proxy, "127.0.0.1", NULL, "10.2.2.2,10.1.1.1", "10.2.2.2"));
	OK(asks_for(
	    proxy, "127.0.0.1", NULL, "1.2.3.4, nonsense", "127.0.0.1"));
	OK(asks_for(proxy, "127.0.0.1", NULL, "1.2.3.4,", "127.0.0.1"));
	OK(asks_for(proxy, "127.0.0.1", NULL, "1.2.3.4:5678", "1.2.3.4"));
	OK(asks_for(
	    proxy, "127.0.0.1", NULL, "[2001:db8::1]:80", "2001:db8::1"));
	OK(asks_for(proxy, "127.0.0.1", NULL, "2001:db8::1", "2001:db8::1"));
	/* RFC 7239, 4. */
	OK(asks_for(proxy, "127.0.0.1", "for=1.2.3.4", "5.6.7.8", "1.2.3.4"));
	OK(asks_for(proxy, "127.0.0.1",
	    "for=6.6.6.6, For=\"[2001:db8::1]:47\";proto=http;by=10.0.0.1",
	    NULL, "2001:db8::1"));
	OK(asks_for(proxy, "127.0.0.1", "for=1.2.3.4,for=10.0.0.9;host=a", NULL,
	    "1.2.3.4"));
	OK(asks_for(proxy, "127.0.0.1", "for=unknown", NULL, "127.0.0.1"));
	OK(asks_for(proxy, "127.0.0.1", "proto=http", NULL, "127.0.0.1"));
}

static void
crowds(void)
{
	struct address a = at("1.2.3.4"), b = at("1.2.3.5");
	struct crowd *c = crowd_open(2, 4);

	OK(c != NULL);
	OK(crowd_enter(c, &a) && crowd_enter(c, &a) && !crowd_enter(c, &a));
	OK(crowd_enter(c, &b));
	crowd_leave(c, &a);
	crowd_leave(c, &a);
	OK(crowd_enter(c, &a) && !crowd_enter(c, &a));
	crowd_close(c);
	c = crowd_open(0, 4);
	for (int i = 0; i < 100; i++)
		OK(crowd_enter(c, &a));
	crowd_leave(c, &a);
	crowd_close(c);
}

int
main(void)
{
	parses();
	ranges();
	forwards();
	crowds();
	return tap_done();
}
