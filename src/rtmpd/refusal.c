#include "refusal.h"

static const struct {
	const char *code, *description;
} refusals[REFUSALS] = {
    [REFUSAL_KEY] = {"NetStream.Publish.Unauthorized",
	"No channel has this stream key."},
    [REFUSAL_BUSY] = {"NetStream.Publish.BadName",
	"The channel is live already; stop the other encoder first."},
    [REFUSAL_LOG] = {"NetStream.Failed",
	"The server cannot check the stream key now; try again."},
    [REFUSAL_MEDIA] = {"NetStream.Publish.Rejected", ""},
    [REFUSAL_PROTOCOL] = {"NetStream.Failed", ""},
    [REFUSAL_TIMEOUT] = {"NetStream.Failed", "Too slow."},
    [REFUSAL_LIMIT] = {"NetStream.Failed", "Too many connections."},
    [REFUSAL_PLAY] = {"NetStream.Play.Failed", ""},
    [REFUSAL_STOPPING] = {"NetStream.Failed", "The server is restarting."},
};

const char *
refusal_code(enum refusal r)
{
	return refusals[r].code;
}

const char *
refusal_description(enum refusal r)
{
	return refusals[r].description;
}
