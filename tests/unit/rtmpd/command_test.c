#include "command.h"
#include "tap.h"

/* Begin a connect's command object in B, which is kept: what is parsed of it
 * points there. */
static void
begin(struct buf *b)
{
	buf_reset(b);
	amf_put_object(b);
	amf_put_key(b, STR("app"));
	amf_put_string(b, STR("live"));
}

static struct command_connect
parsed(struct buf *b)
{
	struct command_connect c;
	struct amf a;

	amf_put_end(b);
	amf_init(&a, b->p, b->len);
	command_parse_connect(&a, &c);
	OK(!a.bad && a.p == a.end && str_eqz(c.app, "live"));
	return c;
}

static void
connects(void)
{
	struct command_connect c;
	struct buf b;

	buf_init(&b, 4096);
	begin(&b);
	amf_put_key(&b, STR("flashVer"));
	amf_put_string(&b, STR("FMLE/3.0"));
	c = parsed(&b);
	OK(!c.enhanced && c.can == 0 && str_eqz(c.encoder, "FMLE/3.0"));

	/* As ffmpeg says it. */
	begin(&b);
	amf_put_key(&b, STR("fourCcList"));
	amf_put_array(&b, 2);
	amf_put_string(&b, STR("hvc1"));
	amf_put_string(&b, STR("av01"));
	c = parsed(&b);
	OK(c.enhanced && c.can == 0);

	begin(&b);
	amf_put_key(&b, STR("videoFourCcInfoMap"));
	amf_put_object(&b);
	amf_put_key(&b, STR("*"));
	amf_put_number(&b, 4);
	amf_put_end(&b);
	amf_put_key(&b, STR("capsEx"));
	amf_put_number(&b, 7);
	c = parsed(&b);
	OK(c.enhanced &&
	    c.can == (COMMAND_CAN_RECONNECT | COMMAND_CAN_MULTITRACK |
			 COMMAND_CAN_MOD_EX));

	begin(&b);
	amf_put_key(&b, STR("capsEx"));
	amf_put_number(&b, -1e300);
	c = parsed(&b);
	OK(c.enhanced && c.can == 0);
	begin(&b);
	amf_put_key(&b, STR("capsEx"));
	amf_put_string(&b, STR("7"));
	c = parsed(&b);
	OK(c.enhanced && c.can == 0);
	buf_fini(&b);
}

/* The number under KEY of the object at A, or -1. */
static double
under(struct amf a, struct str key)
{
	struct str k;

	amf_object(&a);
	while (amf_key(&a, &k)) {
		if (str_eq(k, key) && amf_peek(&a) == AMF_NUMBER)
			return amf_number(&a);
		amf_skip(&a);
	}
	return -1;
}

static void
answers(void)
{
	bool list = false, video = false, audio = false;
	struct amf a;
	struct str key;
	struct buf b;

	buf_init(&b, 4096);
	command_connected(&b, 1, true);
	amf_init(&a, b.p, b.len);
	OK(str_eqz(amf_string(&a), "_result") && amf_number(&a) == 1);
	OK(under(a, STR("capsEx")) == 15);
	amf_object(&a);
	while (amf_key(&a, &key)) {
		if (str_eqz(key, "videoFourCcInfoMap"))
			video = under(a, STR("avc1")) == 4 &&
				under(a, STR("mp4a")) == -1;
		else if (str_eqz(key, "audioFourCcInfoMap"))
			audio = under(a, STR("mp4a")) == 4 &&
				under(a, STR("avc1")) == -1;
		else if (str_eqz(key, "fourCcList"))
			list = amf_peek(&a) == AMF_STRICT_ARRAY;
		amf_skip(&a);
	}
	OK(list && video && audio);
	amf_skip(&a);
	OK(!a.bad && a.p == a.end);

	/* Who says nothing of it hears nothing of it. */
	buf_reset(&b);
	command_connected(&b, 1, false);
	amf_init(&a, b.p, b.len);
	(void)amf_string(&a);
	(void)amf_number(&a);
	OK(under(a, STR("capabilities")) == 31);
	OK(under(a, STR("capsEx")) == -1);
	buf_fini(&b);
}

int
main(void)
{
	connects();
	answers();
	return tap_done();
}
