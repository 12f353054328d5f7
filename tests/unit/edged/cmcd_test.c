#include "cmcd.h"
#include "tap.h"

#include <string.h>

static struct cmcd c;

static int
reads(const char *text)
{
	cmcd_init(&c);
	return cmcd_read(str_from(text), &c);
}

static void
lists(void)
{
	OK(reads("bl=21300,br=3200,bs,cid=\"faec5fc2\",d=4004,dl=18500,ot=v,"
		 "mtp=48100,nor=\"..%2Fa.m4v\",pr=1.08,sf=h,st=ll,su,tb=6000,"
		 "sid=\"6e2fb550-c457-11e9\"") == 0);
	OK(strcmp(c.session, "6e2fb550-c457-11e9") == 0);
	OK(strcmp(c.stream, "ll") == 0 && strcmp(c.object, "v") == 0);
	OK(c.bitrate_kbps == 3200 && c.buffer_ms == 21300 && c.has_buffer);
	OK(c.throughput_kbps == 48100 && c.deadline_ms == 18500);
	OK(c.rate_permille == 1080 && c.starved && c.startup);
	/* What is not said. */
	OK(reads("") == 0 && c.rate_permille == 1000 && !c.has_buffer);
	OK(reads(" ot=a , bl=0\t") == 0 && c.has_buffer && c.buffer_ms == 0);
	OK(reads("bs=?0,su=?1") == 0 && !c.starved && c.startup);
	/* Fields of one request add up. */
	OK(reads("ot=av") == 0 && cmcd_read(STR("br=9"), &c) == 0);
	OK(strcmp(c.object, "av") == 0 && c.bitrate_kbps == 9);
	/* Version 2: the first item of each list. */
	OK(reads("br=(5000;v 128;a),bl=(900),mtp=(),v=2,"
		 "nor=(\"a(b),c\";r=\"0-1\")") == 0);
	OK(c.bitrate_kbps == 5000 && c.buffer_ms == 900);
	OK(c.throughput_kbps == 0);
}

static void
oddities(void)
{
	/* Passed over: unknown keys, values that cannot be. */
	OK(reads("com.example-k=\"a\\\"b,c\\\\\",x=?1,y=1.5;z,br=2") == 0);
	OK(c.bitrate_kbps == 2);
	OK(reads("sid=abc,st=\"l\",ot=video,br=-1,bl=x,dl=1x,pr=1.x") == 0);
	OK(c.session[0] == '\0' && c.stream[0] == '\0' && c.object[0] == '\0');
	OK(c.bitrate_kbps == 0 && c.buffer_ms == 0 && c.deadline_ms == 0);
	OK(c.rate_permille == 1000);
	OK(reads("sid=\"a b\"") == 0 && c.session[0] == '\0');
	OK(reads("br=99999999999999999999999999,pr=123456789") == 0);
	OK(c.bitrate_kbps == CMCD_MAX_NUMBER);
	OK(c.rate_permille == CMCD_MAX_RATE);
	OK(reads("pr=0.5,mtp=1234.9") == 0);
	OK(c.rate_permille == 500 && c.throughput_kbps == 1234);
	/* No lists. */
	OK(reads("=1") == -1 && reads("br=") == -1 && reads("br=1 2") == -1);
	OK(reads("sid=\"a") == -1 && reads("sid=\"a\\b\"") == -1);
	OK(reads("sid=\"\x01\"") == -1 && reads("sid=\"\xff\"") == -1);
	OK(reads("br=(1") == -1 && reads("br=((1))") == -1);
	OK(reads("br=1;=") == -1 && reads("br=1,,su") == -1);
	OK(reads("br=1,") == -1 && reads(",br=1") == -1);
	OK(reads("br=7,sid=\"") == -1 && c.bitrate_kbps == 0);
}

static void
limits(void)
{
	char text[2 * CMCD_MAX_BYTES];

	memset(text, 'a', sizeof(text));
	cmcd_init(&c);
	OK(cmcd_read((struct str){text, CMCD_MAX_BYTES}, &c) == 0);
	OK(cmcd_read((struct str){text, CMCD_MAX_BYTES + 1}, &c) == -1);
	for (size_t i = 1; i < sizeof(text); i += 2)
		text[i] = ',';
	OK(cmcd_read((struct str){text, 2 * CMCD_MAX_KEYS - 1}, &c) == 0);
	OK(cmcd_read((struct str){text, 2 * CMCD_MAX_KEYS + 1}, &c) == -1);
	memset(text, '"', sizeof(text));
	memcpy(text, "sid=", 4);
	memset(text + 5, 'x', CMCD_ID_SIZE - 1);
	OK(cmcd_read((struct str){text, 6 + CMCD_ID_SIZE - 1}, &c) == 0);
	OK(strlen(c.session) == CMCD_ID_SIZE - 1);
}

static int
queries(const char *text)
{
	cmcd_init(&c);
	return cmcd_query(str_from(text), &c);
}

static void
arguments(void)
{
	OK(queries("a=b&CMCD=br%3D7%2Csid%3D%22x-1%22&c") == 0);
	OK(c.bitrate_kbps == 7 && strcmp(c.session, "x-1") == 0);
	OK(queries("") == 0 && queries("a=b&XCMCD=br%3D7") == 0);
	OK(c.bitrate_kbps == 0);
	OK(queries("CMCD=%") == -1 && queries("CMCD=br%3") == -1);
	OK(queries("CMCD=br%zz") == -1 && queries("CMCD=%00") == -1);
}

int
main(void)
{
	lists();
	oddities();
	limits();
	arguments();
	return tap_done();
}
