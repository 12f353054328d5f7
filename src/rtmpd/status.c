#include "status.h"

const char *
status_code(enum refusal r)
{
	static const char *const codes[REFUSALS] = {
	    [REFUSAL_KEY] = "NetStream.Publish.Unauthorized",
	    [REFUSAL_BUSY] = "NetStream.Publish.BadName",
	    [REFUSAL_LOG] = "NetStream.Failed",
	    [REFUSAL_MEDIA] = "NetStream.Publish.Rejected",
	    [REFUSAL_PROTOCOL] = "NetStream.Failed",
	    [REFUSAL_TIMEOUT] = "NetStream.Failed",
	    [REFUSAL_LIMIT] = "NetStream.Failed",
	    [REFUSAL_PLAY] = "NetStream.Play.Failed",
	    [REFUSAL_STOPPING] = "NetStream.Failed",
	    [REFUSAL_PIPELINE] = "NetStream.Failed",
	};

	return codes[r];
}
