#include "command.h"
#include "coding.h"

#include <stddef.h>

static const struct {
	struct str name;
	enum command command;
} commands[] = {
    {{"connect", 7}, COMMAND_CONNECT},
    {{"createStream", 12}, COMMAND_CREATE_STREAM},
    {{"publish", 7}, COMMAND_PUBLISH},
    {{"FCUnpublish", 11}, COMMAND_UNPUBLISH},
    {{"deleteStream", 12}, COMMAND_CLOSE_STREAM},
    {{"closeStream", 11}, COMMAND_CLOSE_STREAM},
    {{"play", 4}, COMMAND_PLAY},
    {{"play2", 5}, COMMAND_PLAY},
    {{"FCSubscribe", 11}, COMMAND_ACKNOWLEDGED},
    {{"releaseStream", 13}, COMMAND_ACKNOWLEDGED},
    {{"FCPublish", 9}, COMMAND_ACKNOWLEDGED},
    {{"_checkbw", 8}, COMMAND_ACKNOWLEDGED},
    {{"getStreamLength", 15}, COMMAND_ZERO},
    {{"_result", 7}, COMMAND_ANSWER},
    {{"_error", 6}, COMMAND_ANSWER},
    {{"onStatus", 8}, COMMAND_ANSWER},
    {{"receiveAudio", 12}, COMMAND_ANSWER},
    {{"receiveVideo", 12}, COMMAND_ANSWER},
};

enum command
command_named(struct str name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (str_eq(name, commands[i].name))
			return commands[i].command;
	return COMMAND_UNKNOWN;
}

static bool
of_enhanced(struct str key)
{
	return str_eq(key, STR("fourCcList")) ||
	       str_eq(key, STR("videoFourCcInfoMap")) ||
	       str_eq(key, STR("audioFourCcInfoMap")) ||
	       str_eq(key, STR("capsEx"));
}

void
command_parse_connect(struct amf *a, struct command_connect *c)
{
	struct str key;

	*c = (struct command_connect){.app = {"", 0}, .encoder = {"", 0}};
	amf_object(a);
	while (amf_key(a, &key)) {
		enum amf_type type = amf_peek(a);

		c->enhanced = c->enhanced || of_enhanced(key);
		if (type == AMF_STRING && str_eq(key, STR("app"))) {
			c->app = amf_string(a);
		} else if (type == AMF_STRING && str_eq(key, STR("flashVer"))) {
			c->encoder = amf_string(a);
		} else if (type == AMF_NUMBER && str_eq(key, STR("capsEx"))) {
			double can = amf_number(a);

			c->can = can > 0 && can < 65536 ? (unsigned)can : 0;
		} else {
			amf_skip(a);
		}
	}
}

static void
begin(struct buf *b, struct str name, double txn)
{
	amf_put_string(b, name);
	amf_put_number(b, txn);
}

static void
put_text(struct buf *b, struct str key, const char *value)
{
	amf_put_key(b, key);
	amf_put_string(b, str_from(value));
}

static void
put_status(
    struct buf *b, const char *level, const char *code, const char *description)
{
	put_text(b, STR("level"), level);
	put_text(b, STR("code"), code);
	put_text(b, STR("description"), description);
}

static void
put_number(struct buf *b, struct str key, double value)
{
	amf_put_key(b, key);
	amf_put_number(b, value);
}

/* The codecs of KIND that we take, as an info map: each is handed on. */
static void
put_info_map(struct buf *b, struct str key, enum media_kind kind)
{
	enum { CAN_FORWARD = 0x04 };
	char name[CODING_FOURCC_SIZE];
	const struct coding *k;

	amf_put_key(b, key);
	amf_put_object(b);
	for (size_t i = 0; (k = coding_enhanced(i)) != NULL; i++)
		if (k->kind == kind)
			put_number(b,
			    str_from(coding_fourcc_text(name, k->fourcc)),
			    CAN_FORWARD);
	amf_put_end(b);
}

/* The same, as version 1 has it. */
static void
put_fourcc_list(struct buf *b)
{
	char name[CODING_FOURCC_SIZE];
	const struct coding *k;
	uint32_t n = 0;

	while (coding_enhanced(n) != NULL)
		n++;
	amf_put_key(b, STR("fourCcList"));
	amf_put_array(b, n);
	for (size_t i = 0; (k = coding_enhanced(i)) != NULL; i++)
		amf_put_string(
		    b, str_from(coding_fourcc_text(name, k->fourcc)));
}

static void
put_enhanced(struct buf *b)
{
	put_fourcc_list(b);
	put_info_map(b, STR("videoFourCcInfoMap"), MEDIA_VIDEO);
	put_info_map(b, STR("audioFourCcInfoMap"), MEDIA_AUDIO);
	put_number(b, STR("capsEx"),
	    COMMAND_CAN_RECONNECT | COMMAND_CAN_MULTITRACK |
		COMMAND_CAN_MOD_EX | COMMAND_CAN_NANOSECONDS);
}

void
command_connected(struct buf *b, double txn, bool enhanced)
{
	begin(b, STR("_result"), txn);
	amf_put_object(b);
	/* librtmp looks at its form, and at nothing in it. */
	put_text(b, STR("fmsVer"), "FMS/3,5,7,7009");
	put_number(b, STR("capabilities"), 31);
	if (enhanced)
		put_enhanced(b);
	amf_put_end(b);
	amf_put_object(b);
	put_status(
	    b, "status", "NetConnection.Connect.Success", "Connected to weir.");
	put_number(b, STR("objectEncoding"), 0);
	amf_put_end(b);
}

void
command_result(struct buf *b, double txn, const double *value)
{
	begin(b, STR("_result"), txn);
	amf_put_null(b);
	if (value != NULL)
		amf_put_number(b, *value);
	else
		amf_put_null(b);
}

void
command_unknown(struct buf *b, double txn)
{
	begin(b, STR("_error"), txn);
	amf_put_null(b);
	amf_put_object(b);
	put_status(b, "error", "NetConnection.Call.Failed",
	    "This server does not know that call.");
	amf_put_end(b);
}

void
command_status(
    struct buf *b, const char *level, const char *code, const char *description)
{
	begin(b, STR("onStatus"), 0);
	amf_put_null(b);
	amf_put_object(b);
	put_status(b, level, code, description);
	amf_put_end(b);
}
