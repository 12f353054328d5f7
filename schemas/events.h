/*
 * The event tables, in the order of their numbers.  This file is included
 * again and again; it has no guard, what is not defined before says nothing,
 * and nothing of these stays defined after.
 *
 * EVENT(number, Name, kept, class, subject, doc)
 *	kept	STORED; LASTING: stored, and retention keeps off it, since the
 *		platform does not stand without; or TRANSIENT: published in
 *		order, never stored.
 *	class	who may say it: MEDIA passes the media socket too, VIEWER (what
 *		a viewer has weir-edged say) the edge's, ADMIN neither;
 *		LOGD is weir-logd's own.
 *	subject	the pattern of the subject, for people.
 * FIELD(Name, number, field, type, unit, limit, need, doc)
 *	type	U64, BOOL, STR (UTF-8), BIN (bytes, in JSON lower-case hex).
 *	limit	the largest value of a U64, the most bytes of a STR or BIN.
 *	need	REQUIRED, or OPTIONAL: absent means 0, false or empty.
 * PERSONAL(Name, number, field, type, unit, limit, need, whose, doc)
 *	a FIELD, STR or BIN, that tells of a person: it is stored sealed, and
 *	gone when they are forgotten (docs/privacy.md).  WHOSE key seals it:
 *that of the event's subject (subject), or of the one that the field WHOSE
 *	names.  Such a field stays; it can be OPTIONAL, and goes by being so.
 * END(Name)
 *
 * Numbers and names are never reused.  New fields go at an event's end and
 * are OPTIONAL; new events take the next free number of their table.
 *
 * What cannot be said so makes a new version of the event's data:
 *
 * VERSION(Name, version, doc)
 *	one for each version from 2 on, and what changed with it.
 * NEWER(Name, since, number, field, type, unit, limit, need, doc)
 *	a FIELD that came with version SINCE.
 * GONE(Name, since, last, number, field, type, unit, limit, need, doc)
 *	a field that only the versions from SINCE to LAST have.
 *
 * An upcaster makes version N of version N - 1: upcast_Name_N(), in upcast.c
 * beside this, without which nothing links.  It gets the newest struct Name,
 * which holds the fields that both versions have, and struct Name_gone with
 * the GONE ones.  So readers know one version, the newest.
 */
#ifndef EVENT
#define EVENT(number, name, kept, class, subject, doc)
#endif
#ifndef FIELD
#define FIELD(name, number, field, type, unit, limit, need, doc)
#endif
#ifndef PERSONAL
#define PERSONAL(name, number, field, type, unit, limit, need, whose, doc)     \
	FIELD(name, number, field, type, unit, limit, need, doc)
#endif
#ifndef NEWER
#define NEWER(name, since, number, field, type, unit, limit, need, doc)        \
	FIELD(name, number, field, type, unit, limit, need, doc)
#endif
#ifndef GONE
#define GONE(name, since, last, number, field, type, unit, limit, need, doc)
#endif
#ifndef VERSION
#define VERSION(name, version, doc)
#endif
#ifndef END
#define END(name)
#endif

#include "channel.def"

#include "broadcast.def"

#include "media.def"

#include "work.def"

#include "log.def"

#include "user.def"

#include "recording.def"

#include "playback.def"

#include "secret.def"

#undef EVENT
#undef FIELD
#undef PERSONAL
#undef NEWER
#undef GONE
#undef VERSION
#undef END
