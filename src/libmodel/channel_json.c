#include "channel_state.h"

#include "json_parts.h"

/* A JSON string, or null when S is empty. */
static json_t *
text(const char *s)
{
	return s[0] == '\0' ? json_null() : json_string(s);
}

static json_t *
tracks_json(const struct channel_state *c)
{
	json_t *a = json_array();

	for (size_t i = 0; i < c->tracks; i++)
		if (json_array_append_new(a, json_track(&c->track[i])) != 0) {
			json_decref(a);
			return NULL;
		}
	return a;
}

int
channel_state_json(const struct channel_state *c,
    const struct channel_preview *preview, struct buf *out)
{
	json_t *o = json_object();
	int bad = 0;

	bad |= json_object_set_new(o, "name", json_string(c->name));
	bad |= json_object_set_new(
	    o, "title", json_string(c->title[0] != '\0' ? c->title : c->name));
	bad |= json_object_set_new(o, "live", json_boolean(c->live));
	bad |= json_object_set_new(o, "broadcast", text(c->broadcast));
	bad |= json_object_set_new(o, "since", json_moment(c->since_us));
	bad |= json_object_set_new(o, "ended", json_moment(c->ended_us));
	bad |= json_object_set_new(
	    o, "interrupted", json_boolean(c->interrupted_us != 0));
	bad |= json_object_set_new(
	    o, "interrupted_since", json_moment(c->interrupted_us));
	bad |= json_object_set_new(o, "encoder", text(c->encoder));
	bad |= json_object_set_new(o, "playlist",
	    c->broadcast[0] == '\0'
		? json_null()
		: json_sprintf("/live/%s/index.m3u8", c->name));
	if (preview != NULL) {
		bad |= json_object_set_new(
		    o, "preview", json_preview(c->broadcast, preview));
		bad |= json_object_set_new(
		    o, "thumbnail", json_thumbnail("live", c->name, preview));
	}
	bad |= json_object_set_new(o, "tracks", tracks_json(c));
	return json_put(o, bad != 0, out);
}
