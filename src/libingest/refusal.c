#include "refusal.h"

const char *
refusal_description(enum refusal r)
{
	static const char *const sentences[REFUSALS] = {
	    [REFUSAL_KEY] = "No channel has this stream key.",
	    [REFUSAL_BUSY] = "The channel is live already; stop the other "
			     "encoder first.",
	    [REFUSAL_LOG] = "The server cannot check the stream key now; try "
			    "again.",
	    [REFUSAL_MEDIA] = "",
	    [REFUSAL_PROTOCOL] = "",
	    [REFUSAL_TIMEOUT] = "Too slow.",
	    [REFUSAL_LIMIT] = "Too many connections.",
	    [REFUSAL_PLAY] = "",
	    [REFUSAL_STOPPING] = "The server is restarting.",
	    [REFUSAL_PIPELINE] = "The server cannot process this stream; its "
				 "operator knows why.",
	};

	return sentences[r];
}
