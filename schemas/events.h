/*
 * The event tables, in the order of their numbers.  This file is included
 * again and again with EVENT, FIELD and END defined anew; it has no guard.
 *
 * EVENT(number, Name, kept, class, subject, doc)
 *	kept	STORED; LASTING: stored, and retention keeps off it, since the
 *		platform does not stand without; or TRANSIENT: published in
 *		order, never stored.
 *	class	who may say it: MEDIA passes the media socket too, ADMIN not;
 *		LOGD is weir-logd's own.
 *	subject	the pattern of the subject, for people.
 * FIELD(Name, number, field, type, unit, limit, need, doc)
 *	type	U64, BOOL, STR (UTF-8), BIN (bytes, in JSON lower-case hex).
 *	limit	the largest value of a U64, the most bytes of a STR or BIN.
 *	need	REQUIRED, or OPTIONAL: absent means 0, false or empty.
 * END(Name)
 *
 * Numbers and names are never reused.  New fields go at an event's end and
 * are OPTIONAL; new events take the next free number of their table.
 */
#include "channel.def"

#include "broadcast.def"

#include "media.def"

#include "work.def"

#include "log.def"
