#include "streamid.h"
#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
parse(struct streamid *id, const char *text)
{
	const char *why = NULL;
	int rc = streamid_parse(id, text, strlen(text), &why);

	if (rc == -1 && (errno != EBADMSG || why == NULL))
		return -2;
	return rc;
}

/* TEXT is to publish with KEYS, one behind the other with blanks between. */
static bool
publishes(const char *text, const char *keys)
{
	struct streamid id;
	char got[1024] = "";
	size_t n = 0;

	if (parse(&id, text) != 0 || id.mode != STREAMID_PUBLISH || !id.media)
		return false;
	for (size_t i = 0; i < id.keys; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%.*s",
		    i > 0 ? " " : "", STRF(id.key[i]));
	if (strcmp(got, keys) == 0)
		return true;
	printf("# %s: got %s\n", text, got);
	return false;
}

static enum streamid_mode
mode(const char *text)
{
	struct streamid id;

	return parse(&id, text) == 0 ? id.mode : STREAMID_PUBLISH;
}

static void
standard(void)
{
	struct streamid id;

	OK(publishes("#!::r=alice,m=publish,s=KEY", "KEY alice"));
	OK(publishes("#!::m=publish,r=alice,u=KEY", "KEY alice"));
	OK(publishes("#!::r=KEY,m=publish,u=obs", "obs KEY"));
	OK(publishes("#!::r=KEY", "KEY"));
	OK(publishes("#!:{r=KEY,m=publish}", "KEY"));
	OK(publishes("#!::h=host,r=live/KEY,m=publish,", "live/KEY KEY"));
	OK(publishes("#!::u=a,s=b,r=c/d,m=publish,t=stream", "b a c/d d"));
	OK(parse(&id, "#!::bmd_uuid=0a1b-2c,bmd_name=Studio 4,r=KEY,"
		      "m=publish") == 0);
	OK(id.keys == 1 && str_eqz(id.key[0], "KEY"));
	OK(str_eqz(id.name, "Studio 4") && str_eqz(id.resource, "KEY"));
	OK(parse(&id, "#!::r=KEY,t=file,m=publish") == 0 && !id.media);
	OK(parse(&id, "#!::m=publish,u=") == 0 && id.keys == 0);
	OK(publishes("%23!::r%3Dalice%2Cs%3dKEY", "KEY alice"));
}

static void
plain(void)
{
	struct streamid id;

	OK(publishes("KEY", "KEY"));
	OK(publishes("publish:KEY", "KEY"));
	OK(publishes("publish:alice:obs:KEY#a=b", "KEY obs alice"));
	OK(publishes("publish:alice:obs:K:EY?x", "K:EY obs alice"));
	OK(publishes("live/KEY", "live/KEY KEY"));
	OK(publishes("publish/live/KEY", "live/KEY KEY"));
	OK(publishes("KEY?latency=20", "KEY"));
	OK(publishes("", ""));
	OK(parse(&id, "publish:alice:obs:KEY") == 0 &&
	    str_eqz(id.resource, "alice"));
}

static void
modes(void)
{
	OK(mode("#!::r=alice,m=request") == STREAMID_REQUEST);
	OK(mode("#!::r=alice,m=bidirectional") == STREAMID_BOTH);
	OK(mode("#!::r=alice,m=dance") == STREAMID_ODD);
	OK(mode("read:alice") == STREAMID_REQUEST);
	OK(mode("request/live/alice") == STREAMID_REQUEST);
	OK(mode("play/alice") == STREAMID_REQUEST);
	OK(mode("dance:alice") == STREAMID_ODD);
}

static void
refused(void)
{
	struct streamid id;
	char text[STREAMID_MAX_BYTES + 2];

	OK(parse(&id, "#!::r") == -1);
	OK(parse(&id, "#!::=KEY") == -1);
	OK(parse(&id, "#!::r=KEY,alone") == -1);
	OK(parse(&id, "#!R5:x") == -1);
	OK(parse(&id, "#!:{r=KEY") == -1);
	OK(parse(&id, "\xff\xfe") == -1);
	memset(text, 'k', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	OK(parse(&id, text) == -1);
	text[sizeof(text) - 2] = '\0';
	OK(parse(&id, text) == 0 && id.key[0].len == STREAMID_MAX_BYTES);
}

int
main(void)
{
	standard();
	plain();
	modes();
	refused();
	return tap_done();
}
